namespace Wandb.Benchmarks.Sink;

/// <summary>What arrived since the sink was started.</summary>
/// <param name="Bytes">Of bodies, as they came over the wire: compressed ones count as they are.</param>
/// <param name="IsComplete">The run, or each of several, was said to be finished.</param>
/// <param name="Throttled">Requests that were answered with 429; they count as requests, and their bytes as bytes.</param>
internal sealed record SinkTotals(long Requests, long Bytes, long HistoryLines, long EventLines, long Files, bool IsComplete, long Throttled)
{
    public static SinkTotals Nothing { get; } = new(0, 0, 0, 0, 0, false, 0);

    /// <summary>Both together.</summary>
    public SinkTotals And(SinkTotals other) => new(
        Requests + other.Requests,
        Bytes + other.Bytes,
        HistoryLines + other.HistoryLines,
        EventLines + other.EventLines,
        Files + other.Files,
        IsComplete && other.IsComplete,
        Throttled + other.Throttled);
}
