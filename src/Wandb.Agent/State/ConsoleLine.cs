namespace Wandb.Agent.State;

/// <summary>One line of the console as it is now.</summary>
/// <param name="Number">Position among all lines of the run's console, from 0.</param>
/// <param name="Content">Text without time and prefix; no line break in it. Blanks at the end are dropped where a terminal wrote them.</param>
/// <param name="IsError">Whether stderr wrote it.</param>
/// <param name="Time">Time of the record that created the line.</param>
/// <param name="Label">Name of the writer when several write one console; null otherwise.</param>
internal sealed record ConsoleLine(long Number, string Content, bool IsError, DateTimeOffset Time, string? Label);
