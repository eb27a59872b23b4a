using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Wandb.Agent.Reporting;
using Wandb.Agent.Reports;
using Wandb.Contract;
using Wandb.Contract.Telemetry;

namespace Wandb.Agent.Telemetry;

/// <summary>
/// Metrics and traces of one command, as far as the environment asks for them. What goes wrong is told on the board and changes nothing else;
/// disposing it sends what is left, within <see cref="LastExportLimit"/>.
/// </summary>
internal sealed class AgentTelemetry : IAsyncDisposable
{
    /// <summary>Begin of its subjects among <see cref="BoardProblems"/>.</summary>
    public const string Subject = "telemetry";

    // A collector that is away must not use up the grace time of the pod.
    private static readonly TimeSpan LastExportLimit = TimeSpan.FromSeconds(2);

    private readonly AgentMetrics? _metrics;
    private readonly RequestSpans? _spans;
    private readonly MeterProvider? _meterProvider;
    private readonly TracerProvider? _tracerProvider;

    private AgentTelemetry(OtlpSettings? metrics, OtlpSettings? traces, IReadOnlyDictionary<string, string?> variables, RunBoard board, TimeProvider time)
    {
        if (metrics is not null)
        {
            _metrics = new AgentMetrics(time);
            _meterProvider = new OtlpExport(variables).Meters(metrics, problem => Tell(board, OtlpSignal.Metrics, problem));
        }
        if (traces is not null)
        {
            _spans = new RequestSpans(time);
            _tracerProvider = new OtlpExport(variables).Spans(traces, problem => Tell(board, OtlpSignal.Traces, problem));
        }
    }

    /// <param name="variables">The process's environment.</param>
    public static AgentTelemetry Start(IReadOnlyDictionary<string, string?> variables, RunBoard board, TimeProvider time)
    {
        return new AgentTelemetry(Settings(OtlpSignal.Metrics), Settings(OtlpSignal.Traces), variables, board, time);

        OtlpSettings? Settings(OtlpSignal signal)
        {
            var (settings, problem) = OtlpSettings.For(signal, name => variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null);
            if (problem is not null)
                Tell(board, signal, problem);
            return settings;
        }
    }

    /// <summary>Whether the environment asks for anything.</summary>
    public bool IsOn => _metrics is not null || _spans is not null;

    /// <returns>The same one when nothing is to be counted.</returns>
    public ISyncReporter Over(ISyncReporter reporter) =>
        IsOn ? new MeteredReporter(reporter, _metrics, _spans) : reporter;

    /// <summary>How everything stands; what the gauges say until the next one.</summary>
    public void Stands(AgentReport report) => _metrics?.Stands(report);

    public void ReportFailed() => _metrics?.ReportFailed();

    public async ValueTask DisposeAsync()
    {
        var limit = (int)LastExportLimit.TotalMilliseconds;
        // The library blocks until it has sent or the time is over.
        await Task.WhenAll(
            Task.Run(() => _meterProvider?.Shutdown(limit), CancellationToken.None),
            Task.Run(() => _tracerProvider?.Shutdown(limit), CancellationToken.None));
        _meterProvider?.Dispose();
        _tracerProvider?.Dispose();
        _metrics?.Dispose();
        _spans?.Dispose();
    }

    private static void Tell(RunBoard board, OtlpSignal signal, string? problem) =>
        board.Problems.Tell($"{Subject}-{signal.ToString().ToLowerInvariant()}", problem is null ? null : $"telemetry: {problem}");
}
