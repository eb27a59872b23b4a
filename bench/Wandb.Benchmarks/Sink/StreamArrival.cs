namespace Wandb.Benchmarks.Sink;

/// <summary>A file-stream request that came and was accepted.</summary>
/// <param name="Run">Name of the run, as it stands in the address.</param>
/// <param name="HistoryLines">Rows of this run so far, those of the request included.</param>
/// <param name="Timestamp">Of <see cref="TimeProvider.System"/>.</param>
internal readonly record struct StreamArrival(string Run, long HistoryLines, long Timestamp);
