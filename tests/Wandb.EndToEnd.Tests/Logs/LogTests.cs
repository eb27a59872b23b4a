using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Xunit;

namespace Wandb.EndToEnd.Tests.Logs;

/// <summary>What <c>run</c> and <c>watch</c> write into the log of their container.</summary>
public sealed class LogTests : WatchTest
{
    // What is said of the agent or the server as a whole.
    private static readonly HashSet<string> OfNoRun = ["AgentBegan", "AgentEnded", "AgentStateChanged", "ServerAnswers", "ServerIsDark"];

    [Fact]
    public async Task Every_json_line_of_a_run_has_its_id()
    {
        Folder.Place(new RunRecords("one").Start().Rows(0, 3).Exit());
        Folder.Place(new RunRecords("two").Start().Rows(0, 5).Exit(1));
        var agent = Agent with { Environment = new Dictionary<string, string?> { [AgentEnvironment.LogLevel] = "debug", [AgentEnvironment.LogFormat] = "json" } };

        var run = await agent.RunAsync(["watch", "--exit-when-done", Folder.Wandb], Stop);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Empty(run.Error);
        List<JsonNode> lines = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(("AgentBegan", "AgentEnded"), ((string)lines[0]["event"]!, (string)lines[^1]["event"]!));
        var ofRuns = lines.Where(line => !OfNoRun.Contains((string)line["event"]!) && !IsOfTheServer(line)).ToList();
        Assert.All(ofRuns, line => Assert.True((string?)line["runId"] is "one" or "two", line.ToJsonString()));
        foreach (var (id, rows) in new[] { ("one", 3), ("two", 5) })
        {
            var own = ofRuns.Where(line => (string)line["runId"]! == id).Select(line => (string)line["event"]!).ToHashSet();
            Assert.Superset(new HashSet<string> { "RunBegan", "RequestAnswered", "CheckpointKept", "RunSynced" }, own);
            Assert.Equal(rows, (int)ofRuns.Single(line => (string)line["runId"]! == id && (string)line["event"]! == "RunSynced")["rows"]!);
        }
    }

    [Fact]
    public async Task Darkness_and_its_end_are_told_and_nothing_secret_is()
    {
        var file = GrowingFile.In(Folder, "dark");
        var records = new RunRecords("dark").Start().Rows(0, 3);
        file.GrowTo(records);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.RunAsync(["watch", "--log-level", "debug", "--output", "json", Folder.Wandb], signal.Token);
        await UntilRowsAsync("dark", 3, watch);
        Backend.Faults.GoDark(TimeSpan.FromMinutes(5));
        file.GrowTo(records.Rows(3, 3).Exit());
        // The HTTP client asks again by itself, at most three times, when a connection that it has used before is closed.
        await UntilAsync(() => Backend.Trace.Count(request => request.Fault == "dark") > 4, watch, "the agent met the darkness");
        Backend.Faults.GoDark(TimeSpan.Zero);
        await UntilAsync(() => Find("dark") is { } run && (bool)run["complete"]!, watch, "the run was closed");

        var run = await EndAsync(signal, watch);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains(" warning demo/dark  The server is not used: Unreachable, ", run.Error, StringComparison.Ordinal);
        Assert.Contains("The server answers: Reachable\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("info    demo/dark  Synced: 6 rows", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Backend.ApiKey, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("loss", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--log-level", "loud", "--log-level 'loud' is none of debug, info, warning, error")]
    [InlineData("--log-format", "xml", "--log-format 'xml' is none of text, json")]
    public async Task Level_and_format_out_of_range_are_told_at_once(string option, string value, string problem)
    {
        foreach (var command in new[] { "watch", "run" })
        {
            var run = await Agent.RunAsync([command, option, value, Folder.Wandb], Stop);
            Assert.Equal(1, run.Status);
            Assert.Contains($"wandb-agent {command}: {problem}\n", run.Error, StringComparison.Ordinal);
            Assert.Empty(Backend.Trace);
        }
    }

    /// <summary>The first question is about the server's features, before any run.</summary>
    private static bool IsOfTheServer(JsonNode line) => (string?)line["request"] == "GraphQL" && line["runId"] is null;
}
