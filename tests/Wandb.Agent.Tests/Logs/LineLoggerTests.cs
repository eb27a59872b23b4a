using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Http;
using Wandb.Agent.Logs;
using Xunit;

namespace Wandb.Agent.Tests.Logs;

public sealed class LineLoggerTests
{
    private readonly StringWriter _output = new();

    private IReadOnlyList<JsonNode> Lines =>
        [.. _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    [Theory]
    [InlineData(LogLevel.Debug, 3)]
    [InlineData(LogLevel.Information, 2)]
    [InlineData(LogLevel.Warning, 1)]
    [InlineData(LogLevel.Error, 0)]
    public void Nothing_below_the_level_is_written(LogLevel level, int lines)
    {
        var log = New(level);
        log.CheckpointKept(1);
        log.RunBegan("f", 1);
        log.Noted("f", "n");
        Assert.Equal(lines, Lines.Count);
    }

    [Fact]
    public async Task Scope_of_a_run_holds_in_everything_that_is_started_inside_it()
    {
        var log = New(LogLevel.Debug);
        await Task.WhenAll(Work("one"), Work("two"));
        log.CheckpointKept(0);
        Assert.Equal(5, Lines.Count);
        Assert.All(Lines.Take(4), line => Assert.Equal((string)line["note"]!, (string)line["runId"]!));
        Assert.Null(Lines[^1]["runId"]);

        async Task Work(string run)
        {
            using var scope = log.BeginRun(new RunPath("e", "p", run));
            log.Noted("f", run);
            await Task.Yield();
            await Task.Run(() => log.Noted("f", run), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void Scope_that_ends_leaves_the_one_around_it()
    {
        var log = New(LogLevel.Debug);
        using (log.BeginRun(new RunPath("e", "p", "outer")))
        {
            using (log.BeginRun(new RunPath("e", "p", "inner")))
                log.CheckpointKept(1);
            log.CheckpointKept(2);
        }
        Assert.Equal(["inner", "outer"], Lines.Select(line => (string)line["runId"]!));
    }

    private LineLogger New(LogLevel level) => new(_output, new LogSettings(level, LogFormat.Json), new FakeTimeProvider());
}
