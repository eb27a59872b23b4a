namespace Wandb.Agent.State;

/// <param name="View">Line numbers of the rows, from the top.</param>
/// <param name="Row">Row of the cursor.</param>
/// <param name="Column">Column of the cursor.</param>
/// <param name="Escape">Characters of an escape sequence read so far.</param>
internal sealed record ConsoleTerminalSnapshot(long[] View, int Row, int Column, int Escape)
{
    public static readonly ConsoleTerminalSnapshot Empty = new([], 0, 0, 0);
}
