using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>Alerts that the server does not take, or not at once: nothing else waits for them, and each is there once in the end.</summary>
public sealed class AlertTests : WatchTest
{
    private const string Operation = "graphql:NotifyScriptableRunAlert";

    [Theory]
    [InlineData(503)]
    [InlineData(403)]
    public async Task Rows_and_heartbeats_go_on_while_no_alert_is_taken(int status)
    {
        var file = GrowingFile.In(Folder, "alerts");
        var records = new RunRecords("alerts").Start().Rows(0, 3);
        Refuse(status);
        file.GrowTo(records.Alert("one").Rows(3, 3).Alert("two").Rows(6, 3));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Impatient.WatchAsync(signal.Token, Folder.Wandb);

        await UntilRowsAsync("alerts", 9, watch);
        var requests = StreamRequests.Count;
        await UntilAsync(() => StreamRequests.Count >= requests + 3 && Backend.Faults.Hits > 6, watch, "heartbeats went on, and the alert was tried again");
        Backend.Faults.Set([]);
        await UntilAsync(() => Alerts == 2, watch, "the alerts were on the server");
        file.GrowTo(records.Exit());
        await UntilAsync(() => (bool)Find("alerts")!["complete"]!, watch, "the run was closed");
        var end = await EndAsync(signal, watch);

        Assert.True(end.Status == 0, end.ToString());
        Assert.Equal(1, end.Error.Split("an alert of alerts is not taken").Length - 1);
        await AssertEqualsOneSyncAsync($"a run whose alerts were answered with {status}");
    }

    [Fact]
    public async Task Alert_whose_answer_takes_long_keeps_no_row_waiting_and_is_sent_once()
    {
        var answer = TimeSpan.FromMilliseconds(600);
        Folder.Place(new RunRecords("alerts").Start().Rows(0, 3).Alert("one").Rows(3, 3).Alert("two").Rows(6, 3).Exit());
        Backend.Faults.Set([new FaultRule(Operation, new FaultAction.Delay(answer)) { Count = 1 }]);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Impatient.WatchAsync(signal.Token, Folder.Wandb);

        await UntilRowsAsync("alerts", 9, watch);
        Assert.Equal(0, Alerts);
        await UntilAsync(() => (bool)Find("alerts")!["complete"]!, watch, "the run was closed");
        var end = await EndAsync(signal, watch);

        Assert.True(end.Status == 0, end.ToString());
        await AssertEqualsOneSyncAsync("a run whose alert was answered late");
    }

    /// <summary>Whether it waits in the checkpoint or in the log.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3600)]
    public async Task Alert_that_waits_when_the_agent_ends_is_sent_by_the_next_one(int checkpointSeconds)
    {
        var file = GrowingFile.In(Folder, "alerts");
        var records = new RunRecords("alerts").Start().Rows(0, 3).Alert("one").Alert("two").Rows(3, 3);
        file.GrowTo(records);
        Refuse(503);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = Impatient with { CheckpointInterval = TimeSpan.FromSeconds(checkpointSeconds) };
        var watch = agent.WatchAsync(signal.Token, "--grace", "1", Folder.Wandb);
        await UntilRowsAsync("alerts", 6, watch);
        Assert.Equal(2, (await EndAsync(signal, watch)).Status);
        Backend.Faults.Set([]);

        file.GrowTo(records.Rows(6, 3).Exit());
        var next = await agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(next.Status == 0, next.ToString());
        await AssertEqualsOneSyncAsync("a run whose alerts were sent by the next agent");
    }

    [Fact]
    public async Task Sync_sends_everything_else_and_the_next_one_the_alert()
    {
        Folder.Place(new RunRecords("alerts").Start().Rows(0, 3).Alert("one").Rows(3, 3).File("f.txt").Exit());
        Refuse(503);

        var first = await Impatient.SyncAsync(Stop, Folder.Wandb, "--allow-missing");

        Assert.Equal((2, 6), (first.Status, Find("alerts")!.Steps().Count));
        Assert.Contains("could not be reached for the alerts", first.Message, StringComparison.Ordinal);
        Assert.False((bool)Find("alerts")!["complete"]!);
        Backend.Faults.Set([]);
        var second = await Impatient.SyncAsync(Stop, Folder.Wandb, "--allow-missing");
        Assert.True(second.Status == 0, second.ToString());
        Assert.Equal(1, Alerts);
        Assert.True((bool)Find("alerts")!["complete"]!);
    }

    private AgentSetup Impatient => Agent with
    {
        Retry = Agent.Retry with { GraphQLTries = 3 },
        Live = Agent.Live with { Heartbeat = TimeSpan.FromMilliseconds(100), AlertPatience = TimeSpan.FromMilliseconds(20) },
    };

    private int Alerts => Find("alerts")!["alerts"]!.AsArray().Count;

    private void Refuse(int status) =>
        Backend.Faults.Set([new FaultRule(Operation, new FaultAction.Status(status)) { Count = null }]);
}
