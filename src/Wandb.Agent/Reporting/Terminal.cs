namespace Wandb.Agent.Reporting;

/// <summary>A terminal that live progress can be drawn on.</summary>
/// <param name="Size">Columns and rows now; asked for each time something is drawn, because windows change.</param>
/// <param name="HasColour">False when the user asked for none (<c>NO_COLOR</c>, https://no-color.org).</param>
internal sealed record Terminal(Func<(int Columns, int Rows)> Size, bool HasColour);
