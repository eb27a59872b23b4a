using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Http;
using Wandb.Agent.Logs;
using Wandb.Agent.Reporting;
using Xunit;

namespace Wandb.Agent.Tests.Logs;

public sealed class LogReporterTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new();
    private readonly LogReporter _reporter;

    public LogReporterTests() => _reporter = new LogReporter(new LineLogger(_output, new LogSettings(LogLevel.Debug, LogFormat.Json), _time), _time);

    private IReadOnlyList<(string Level, string Event, JsonNode Line)> Lines =>
        [.. _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)
            .Select(line => ((string)line["level"]!, (string)line["event"]!, line))];

    [Fact]
    public void Each_result_has_the_level_that_it_deserves()
    {
        foreach (var result in Enum.GetValues<SyncResult>())
            _reporter.Finished(Reporting.Reports.Synced with { Result = result });
        Assert.Equal(
            [("info", "RunSynced"), ("info", "RunUnfinished"), ("debug", "RunSkipped"), ("warning", "RunIncomplete"), ("error", "RunUnusable"), ("debug", "RunSkipped")],
            Lines.Select(line => (line.Level, line.Event)));
        Assert.All(Lines, line => Assert.Equal("minima8394", (string)line.Line["runId"]!));
    }

    [Fact]
    public void Run_that_only_its_mark_calls_synced_is_a_warning()
    {
        _reporter.Finished(Reporting.Reports.Synced with { Result = SyncResult.Skipped, IsUnproved = true });
        Assert.Equal([("warning", "RunUnproved")], Lines.Select(line => (line.Level, line.Event)));
    }

    [Fact]
    public void What_is_lost_or_refused_is_an_error()
    {
        _reporter.Finished(Reporting.Reports.WithLost(Reporting.Reports.Synced with { SetAside = 2 }, 1));
        Assert.Equal([("info", "RunSynced"), ("error", "RecordsLost"), ("error", "ItemsSetAside")], Lines.Select(line => (line.Level, line.Event)));
        Assert.Equal((1, 2), ((int)Lines[1].Line["records"]!, (int)Lines[2].Line["items"]!));
    }

    [Fact]
    public void A_run_begins_once_and_each_of_its_phases_is_told_once()
    {
        foreach (var phase in new[] { "rows", "rows", "following", "following", "files" })
            _reporter.Progress(new RunProgress("f", new RunPath("e", "p", "r"), phase, 10, 5, 1));
        Assert.Equal([("info", "RunBegan"), ("debug", "RunPhaseChanged"), ("debug", "RunPhaseChanged"), ("debug", "RunPhaseChanged")], Lines.Select(line => (line.Level, line.Event)));
    }

    [Fact]
    public void Waits_for_a_server_are_warnings_at_most_every_ten_seconds()
    {
        _reporter.Waiting("file stream", "HTTP 503", TimeSpan.FromSeconds(1), 1);
        _reporter.Waiting("file stream", "HTTP 503", TimeSpan.FromSeconds(2), 2);
        _reporter.Waiting("GraphQL", "rate limit", TimeSpan.FromSeconds(2), 0);
        _time.Advance(WaitLimit.Interval);
        _reporter.Waiting("file stream", "HTTP 503", TimeSpan.FromSeconds(4), 3);
        Assert.Equal([("warning", "Waits"), ("debug", "KeepsPace"), ("warning", "Waits")], Lines.Select(line => (line.Level, line.Event)));
        Assert.Equal((4, 4), ((int)Lines[2].Line["attempt"]!, (int)Lines[2].Line["seconds"]!));
    }

    [Fact]
    public void Requests_are_for_debugging()
    {
        _reporter.Tried(new RequestTry(RequestKind.FileStream, 200, "", null) { Duration = TimeSpan.FromMilliseconds(12.34) });
        _reporter.Tried(new RequestTry(RequestKind.GraphQL, null, "no answer", TimeSpan.FromSeconds(1)));
        Assert.Equal([("debug", "RequestAnswered"), ("debug", "RequestFailed")], Lines.Select(line => (line.Level, line.Event)));
        Assert.Equal(12.3, (double)Lines[0].Line["durationMilliseconds"]!);
    }
}
