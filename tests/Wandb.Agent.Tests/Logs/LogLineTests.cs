using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Wandb.Agent.Logs;
using Xunit;

namespace Wandb.Agent.Tests.Logs;

public sealed class LogLineTests
{
    private static readonly LogEntry Entry = new(
        new DateTimeOffset(2026, 11, 28, 6, 21, 39, 123, TimeSpan.FromHours(1)),
        LogLevel.Information,
        "RunSynced",
        "Synced: 3 rows",
        [new("Entity", "team"), new("Project", "demo"), new("RunId", "abc")],
        [new("Rows", 3L), new("ExitCode", null), new("Url", "https://wandb.example/team/demo/runs/abc"), new("{OriginalFormat}", "Synced: {Rows} rows")]);

    [Fact]
    public void Text_has_time_level_run_and_message() =>
        Assert.Equal("2026-11-28T05:21:39.123Z info    demo/abc  Synced: 3 rows", LogLine.Of(Entry, LogFormat.Text));

    [Fact]
    public void Text_without_a_run_has_no_gap_for_one() =>
        Assert.Equal("2026-11-28T05:21:39.123Z error   Synced: 3 rows", LogLine.Of(Entry with { Scope = [], Level = LogLevel.Error }, LogFormat.Text));

    [Fact]
    public void Json_has_scope_and_properties_by_their_kind() => Assert.Equal(
        """{"time":"2026-11-28T05:21:39.123Z","level":"info","event":"RunSynced","message":"Synced: 3 rows","entity":"team","project":"demo","runId":"abc","rows":3,"exitCode":null,"url":"https://wandb.example/team/demo/runs/abc"}""",
        LogLine.Of(Entry, LogFormat.Json));

    [Fact]
    public void What_a_run_is_called_cannot_begin_another_line()
    {
        var entry = Entry with { Message = "a\nb\u001b[2K\u2028c", Scope = [new("Project", "p\r\n"), new("RunId", "abc")] };
        Assert.All(
            [LogLine.Of(entry, LogFormat.Text), LogLine.Of(entry, LogFormat.Json)],
            line => Assert.Equal(-1, line.AsSpan().IndexOfAny('\n', '\r', '\u001b')));
    }

    [Fact]
    public void Name_that_is_said_twice_stands_once_with_its_innermost_value()
    {
        var line = LogLine.Of(Entry with { Scope = [new("RunId", "outer"), new("RunId", "inner")] }, LogFormat.Json);
        Assert.Equal("inner", (string)JsonNode.Parse(line)!["runId"]!);
        Assert.Equal(line.IndexOf("runId", StringComparison.Ordinal), line.LastIndexOf("runId", StringComparison.Ordinal));
        Assert.Contains("/inner  ", LogLine.Of(Entry with { Scope = [new("Project", "p"), new("RunId", "outer"), new("RunId", "inner")] }, LogFormat.Text), StringComparison.Ordinal);
    }
}
