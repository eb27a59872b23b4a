using System.Diagnostics;
using System.Diagnostics.Metrics;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Contract;

namespace Wandb.Agent.Telemetry;

/// <summary>The one meter of the agent; docs/observability.md has the table. Thread-safe.</summary>
internal sealed class AgentMetrics : IDisposable
{
    public const string MeterName = "Wandb.Agent";
    public const string RunState = "wandb.run.state";

    // From a near server to the 5 minutes after which a file-stream request is given up.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] };

    private readonly TimeProvider _time;
    private readonly long _begun;
    private readonly Meter _meter;
    private readonly Counter<long> _read;
    private readonly Counter<long> _acknowledged;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _skipped;
    private readonly Counter<long> _setAside;
    private readonly Counter<long> _failedReports;
    private readonly Counter<long> _failedCheckpoints;
    private readonly Histogram<double> _duration;

    // Guards everything below.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (RecordTally Tally, CheckpointDelay Checkpoint)> _files = new(StringComparer.Ordinal);
    private AgentReport? _report;

    public AgentMetrics(TimeProvider time)
    {
        (_time, _begun) = (time, time.GetTimestamp());
        _meter = new Meter(new MeterOptions(MeterName) { Version = typeof(AgentMetrics).Assembly.GetName().Version?.ToString(3) });
        _read = _meter.CreateCounter<long>("wandb.agent.records.read", "{record}", "Whole records read from run files.");
        _acknowledged = _meter.CreateCounter<long>("wandb.agent.records.acknowledged", "{record}", "Records before which the server has everything.");
        _lost = _meter.CreateCounter<long>("wandb.agent.records.lost", "{record}", "Records that run files themselves have lost.");
        _skipped = _meter.CreateCounter<long>("wandb.agent.records.skipped", "{record}", "Records of kinds that this agent does not know.");
        _setAside = _meter.CreateCounter<long>("wandb.agent.items.set_aside", "{item}", "Lines, files and artifacts that the server refused for good.");
        _failedReports = _meter.CreateCounter<long>("wandb.agent.reports.failed", "{report}", "Reports that the operator did not take.");
        _failedCheckpoints = _meter.CreateCounter<long>("wandb.agent.checkpoints.failed", "{checkpoint}", "Checkpoints that could not be written.");
        _duration = _meter.CreateHistogram("wandb.agent.upload.duration", "s", "Tries of requests to the server and its storage.", tags: null, Seconds);
        _meter.CreateObservableGauge("wandb.agent.lag", () => Report?.Runs.Max(run => (double?)run.LagSeconds) ?? 0, "s", "Age of the oldest bytes of any run that the server has not acknowledged.");
        _meter.CreateObservableUpDownCounter("wandb.agent.backlog.size", () => Report?.Runs.Sum(run => run.BacklogBytes) ?? 0, "By", "Bytes of run files that the server has not acknowledged.");
        _meter.CreateObservableUpDownCounter("wandb.agent.backlog.records", () => Report?.Runs.Sum(run => run.BacklogRecords) ?? 0, "{record}", "Records read that the server has not acknowledged.");
        _meter.CreateObservableUpDownCounter("wandb.agent.runs", Runs, "{run}", "Runs by their state.");
        _meter.CreateObservableGauge("wandb.agent.checkpoint.age", CheckpointAge, "s", "Since when the server has something of any run that no checkpoint holds.");
    }

    public void Tried(RequestTry attempt)
    {
        var tags = new TagList
        {
            { UploadAttributes.Kind, UploadAttributes.KindOf(attempt.Kind) },
            { UploadAttributes.Outcome, UploadAttributes.OutcomeOf(attempt) },
        };
        if (UploadAttributes.ErrorTypeOf(attempt) is { } error)
            tags.Add(UploadAttributes.ErrorType, error);
        _duration.Record(attempt.Duration.TotalSeconds, tags);
    }

    public void Facts(RunFacts facts)
    {
        lock (_gate)
        {
            if (!_files.TryGetValue(facts.File, out var file))
                _files.Add(facts.File, file = (new RecordTally(), new CheckpointDelay(facts.Begin.Bytes)));
            Add(file.Tally.Take(facts));
            file.Checkpoint.Acknowledged(facts.BytesAcknowledged, Now);
        }
    }

    /// <param name="bytes">A checkpoint on disk holds everything before it.</param>
    public void CheckpointKept(string path, long bytes)
    {
        lock (_gate)
        {
            if (_files.TryGetValue(path, out var file))
                file.Checkpoint.Kept(bytes, Now);
        }
    }

    public void Finished(RunReport report)
    {
        lock (_gate)
        {
            // A file that nobody worked on tells nothing new.
            if (!_files.TryGetValue(report.File, out var file))
                return;
            Add(file.Tally.Take(report));
            if (report.Result is not (SyncResult.Synced or SyncResult.Unfinished))
                return;
            _skipped.Add(report.UnknownRecords);
            _files.Remove(report.File);
        }
    }

    public void Stands(AgentReport report)
    {
        lock (_gate)
            _report = report;
    }

    public void CheckpointFailed() => _failedCheckpoints.Add(1);

    public void ReportFailed() => _failedReports.Add(1);

    /// <summary>Whether it is of this meter: several may have the name.</summary>
    public bool Owns(Instrument instrument) => instrument.Meter == _meter;

    public void Dispose() => _meter.Dispose();

    private TimeSpan Now => _time.GetElapsedTime(_begun);

    private AgentReport? Report
    {
        get
        {
            lock (_gate)
                return _report;
        }
    }

    private void Add(RecordCounts counts)
    {
        // A counter that was never added to is not exported: an alert needs its zero.
        _read.Add(counts.Read);
        _acknowledged.Add(counts.Acknowledged);
        _lost.Add(counts.Lost);
        _setAside.Add(counts.SetAside);
    }

    /// <summary>Every state has a value, so that one that is left goes to zero.</summary>
    private IEnumerable<Measurement<long>> Runs()
    {
        var report = Report;
        return Enum.GetValues<ReportedRunState>().Select(state => new Measurement<long>(
            report?.Runs.Count(run => run.State == state) ?? 0, new KeyValuePair<string, object?>(RunState, state.ToString().ToLowerInvariant())));
    }

    private double CheckpointAge()
    {
        lock (_gate)
            return _files.Values.Select(file => file.Checkpoint.Age(Now).TotalSeconds).DefaultIfEmpty().Max();
    }
}
