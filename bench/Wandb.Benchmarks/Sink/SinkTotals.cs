namespace Wandb.Benchmarks.Sink;

/// <summary>What arrived since the sink was started.</summary>
/// <param name="Bytes">Of bodies, as they came over the wire: compressed ones count as they are.</param>
/// <param name="IsComplete">The run was said to be finished.</param>
internal sealed record SinkTotals(long Requests, long Bytes, long HistoryLines, long EventLines, long Files, bool IsComplete)
{
    public static SinkTotals Nothing { get; } = new(0, 0, 0, 0, 0, false);
}
