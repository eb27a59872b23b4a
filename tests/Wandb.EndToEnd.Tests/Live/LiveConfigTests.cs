using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>The config of a run that goes on, where the server takes its rows and not its config.</summary>
public sealed class LiveConfigTests : WatchTest
{
    [Theory]
    [InlineData(503)]
    [InlineData(400)]
    public async Task Rows_and_heartbeats_go_on_while_no_change_of_the_config_is_taken(int status)
    {
        var file = GrowingFile.In(Folder, "changed");
        var records = new RunRecords("changed").Start().Rows(0, 3);
        file.GrowTo(records);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = Agent with { Retry = Agent.Retry with { GraphQLTries = 3 }, Live = Agent.Live with { Heartbeat = TimeSpan.FromMilliseconds(100) } };
        var watch = agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("changed", 3, watch);
        Backend.Faults.Set([new FaultRule("graphql:UpsertBucket", new FaultAction.Status(status)) { Count = null }]);
        file.GrowTo(records.Config("lr", "0.5"));
        await UntilAsync(() => Backend.Faults.Hits > 0, watch, "the config was refused");

        file.GrowTo(records.Rows(3, 3));
        await UntilRowsAsync("changed", 6, watch);
        var requests = StreamRequests.Count;
        await UntilAsync(() => StreamRequests.Count >= requests + 3 && Backend.Faults.Hits > 6, watch, "heartbeats went on, and the config was tried again");
        Backend.Faults.Set([]);
        await UntilAsync(() => Find("changed")!.Config("lr") is not null, watch, "the config was on the server");
        file.GrowTo(records.Exit());
        await UntilAsync(() => (bool)Find("changed")!["complete"]!, watch, "the run was closed");
        var end = await EndAsync(signal, watch);

        Assert.True(end.Status == 0, end.ToString());
        Assert.Single(end.Reports);
        Assert.Equal(1, end.Error.Split("the run's config").Length - 1);
        await AssertEqualsOneSyncAsync($"a run whose config was answered with {status}");
    }
}
