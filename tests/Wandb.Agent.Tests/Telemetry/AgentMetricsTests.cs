using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.Telemetry;
using Wandb.Contract;
using Xunit;

namespace Wandb.Agent.Tests.Telemetry;

public sealed class AgentMetricsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly MeterListener _listener = new();
    private readonly List<(string Name, double Value, string Tags)> _seen = [];
    private readonly AgentMetrics _metrics;

    public AgentMetricsTests()
    {
        _metrics = new AgentMetrics(_time);
        // Other tests have meters of the same name.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_metrics.Owns(instrument))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.Start();
    }

    [Theory]
    [InlineData(200, "", "accepted", null)]
    [InlineData(429, "HTTP 429", "rate_limited", "429")]
    [InlineData(503, "HTTP 503", "unavailable", "503")]
    [InlineData(422, "HTTP 422", "rejected", "422")]
    [InlineData(null, "connection refused", "unanswered", "_OTHER")]
    [InlineData(null, "", "abandoned", "_OTHER")]
    public void Try_is_a_duration_with_its_outcome(int? status, string words, string outcome, string? error)
    {
        _metrics.Tried(new RequestTry(RequestKind.FileStream, status, words, null) { Duration = TimeSpan.FromMilliseconds(250) });

        var tags = $"wandb.upload.kind=file_stream wandb.upload.outcome={outcome}" + (error is null ? "" : $" error.type={error}");
        Assert.Equal(("wandb.agent.upload.duration", 0.25, tags), Assert.Single(_seen));
    }

    [Fact]
    public void Checkpoints_that_cannot_be_written_are_counted()
    {
        _metrics.CheckpointFailed();
        _metrics.CheckpointFailed();

        Assert.Equal([1, 1], Values("wandb.agent.checkpoints.failed"));
    }

    [Fact]
    public void Records_are_counted_as_they_come_and_losses_have_a_zero_before()
    {
        _metrics.Facts(Facts() with { RecordsRead = 10, RecordsAcknowledged = 4 });
        _metrics.Facts(Facts() with { RecordsRead = 12, RecordsAcknowledged = 12, RecordsLost = 3 });
        _metrics.Finished(new RunReport { File = "run-a.wandb", Result = SyncResult.Synced, Records = 13, LostRecords = 3, UnknownRecords = 2 });
        // Nobody worked on it.
        _metrics.Finished(new RunReport { File = "run-b.wandb", Result = SyncResult.Skipped, Records = 7 });

        Assert.Equal([10, 2, 1], Values("wandb.agent.records.read"));
        Assert.Equal([4, 8, 1], Values("wandb.agent.records.acknowledged"));
        Assert.Equal([0, 3, 0], Values("wandb.agent.records.lost"));
        Assert.Equal([2], Values("wandb.agent.records.skipped"));
    }

    [Fact]
    public void Gauges_say_how_everything_stands_over_all_runs()
    {
        _metrics.Stands(new AgentReport
        {
            AgentVersion = "1",
            SentAt = _time.GetUtcNow(),
            State = AgentState.Following,
            Backend = new BackendReport { BaseUrl = new Uri("http://w"), State = BackendState.Reachable },
            Runs =
            [
                new ReportedRun { Id = "a", File = "a", State = ReportedRunState.Running, LagSeconds = 1.5, BacklogBytes = 100, BacklogRecords = 3 },
                new ReportedRun { Id = "b", File = "b", State = ReportedRunState.Running, LagSeconds = 4, BacklogBytes = 50, BacklogRecords = 2 },
                new ReportedRun { Id = "c", File = "c", State = ReportedRunState.Lost },
            ],
        });

        _listener.RecordObservableInstruments();

        Assert.Equal([4], Values("wandb.agent.lag"));
        Assert.Equal([150], Values("wandb.agent.backlog.size"));
        Assert.Equal([5], Values("wandb.agent.backlog.records"));
        Assert.Equal(Enum.GetValues<ReportedRunState>().Length, Values("wandb.agent.runs").Count);
        Assert.Contains(("wandb.agent.runs", 2, "wandb.run.state=running"), _seen);
        Assert.Contains(("wandb.agent.runs", 0, "wandb.run.state=synced"), _seen);
    }

    [Fact]
    public void Age_of_a_checkpoint_grows_only_while_something_acknowledged_is_in_none()
    {
        // A quiet run that an earlier agent has kept.
        _metrics.Facts(Facts() with { Begin = new WorkBegin(9, 0, 0, 1000), BytesAcknowledged = 1000 });
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, CheckpointAge());

        _metrics.Facts(Facts() with { BytesAcknowledged = 2000 });
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(7, CheckpointAge());

        _metrics.CheckpointKept("run-a.wandb", 2000);
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(0, CheckpointAge());
    }

    public void Dispose()
    {
        _listener.Dispose();
        _metrics.Dispose();
    }

    private double CheckpointAge()
    {
        _seen.Clear();
        _listener.RecordObservableInstruments();
        return Values("wandb.agent.checkpoint.age").Single();
    }

    private List<double> Values(string name) => [.. _seen.Where(seen => seen.Name == name).Select(seen => seen.Value)];

    private static RunFacts Facts() => new() { File = "run-a.wandb", Run = new RunPath("e", "p", "a"), Phase = "rows" };

    private void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var words = new List<string>();
        foreach (var (name, tag) in tags)
            words.Add($"{name}={tag}");
        _seen.Add((instrument.Name, value, string.Join(' ', words)));
    }
}
