using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sidecar;

/// <summary>A server that takes nothing from us is told as what it says, tried again slowly, and used when it changes its mind.</summary>
public sealed class RefusedTests : WatchTest
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(401, "*", "Unauthorized")]
    [InlineData(403, "graphql:UpsertBucket", "Forbidden")]
    [InlineData(404, "graphql:UpsertBucket", "NotFound")]
    public async Task Refusal_has_its_name_and_costs_few_requests_until_it_is_over(int status, string kind, string state)
    {
        GrowingFile.In(Folder, "refused").GrowTo(new RunRecords("refused").Start().Rows(0, 3).Exit());
        Backend.Faults.Set([new FaultRule(kind, new FaultAction.Status(status)) { Count = null }]);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var start = TimeProvider.System.GetTimestamp();
        var agent = (Agent with { Live = Agent.Live with { RetryDelay = RetryDelay } }).RunAsync(["run", "--output", "json", Folder.Wandb], signal.Token);
        await UntilAsync(() => Refused() >= 4, agent, "the server was tried again");

        var passed = TimeProvider.System.GetElapsedTime(start);
        Assert.InRange(Refused(), 4, passed / RetryDelay + 3);
        await UntilAsync(() => Status() is { } told && (string)told["backend"]!["state"]! == state, agent, $"the server is told as {state}");
        Assert.Equal("Buffering", (string)Status()!["state"]!);
        Assert.Contains($"{status}", (string)Status()!["backend"]!["reason"]!, StringComparison.Ordinal);
        Backend.Faults.Set([]);
        await UntilAsync(() => Find("refused") is { } run && (bool)run["complete"]!, agent, "the run was closed");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(("Done", "Reachable", "Synced"), ((string)Status()!["state"]!, (string)Status()!["backend"]!["state"]!, (string)Status()!["runs"]![0]!["state"]!));
        await AssertEqualsOneSyncAsync($"a run that was refused with {status}");

        int Refused() => Backend.Trace.Count(request => request.Status == status);
    }

    [Theory]
    [InlineData(401, "*")]
    [InlineData(400, "graphql:UpsertBucket")]
    [InlineData(409, "filestream")]
    public async Task Writer_that_has_ended_is_not_followed_by_an_agent_that_is_refused_for_ever(int status, string kind)
    {
        Folder.Place(new RunRecords("refused").Start().Rows(0, 3).Exit());
        Backend.Faults.Set([new FaultRule(kind, new FaultAction.Status(status, Body: """{"error":"not this one"}""")) { Count = null }]);
        var exit = Path.Combine(Folder.Root, "exit.json");
        var agent = Agent.RunAsync(["run", "--output", "json", "--writer-exit", exit, Folder.Wandb], Stop);
        await UntilAsync(() => Backend.Trace.Any(request => request.Status == status), agent, "the server had refused");
        await File.WriteAllTextAsync(exit, "0", Stop);

        var run = await agent;

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains($"{status}", (string)run.Reports[^1]["message"]!, StringComparison.Ordinal);
        // It is no mistake of the files: another agent goes on there.
        Backend.Faults.Set([]);
        Assert.Equal(0, (await Agent.SyncAsync(Stop, Folder.Wandb)).Status);
    }

    private JsonObject? Status()
    {
        var path = Path.Combine(Folder.Wandb, ".wandb-agent", "status.json");
        return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : null;
    }
}
