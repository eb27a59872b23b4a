using Wandb.Benchmarks.Sink;

namespace Wandb.Benchmarks.Compare;

/// <summary>One run of the measured program, from its start to its end.</summary>
/// <param name="UserCpu">Of the process and of those it waited for.</param>
/// <param name="SystemCpu">Likewise.</param>
/// <param name="PeakRssBytes">Highest resident memory of the process itself (VmHWM).</param>
/// <param name="Received">What the sink counted.</param>
internal sealed record Measurement(TimeSpan Wall, TimeSpan UserCpu, TimeSpan SystemCpu, long PeakRssBytes, SinkTotals Received);
