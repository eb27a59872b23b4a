using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>A server, or what stands before it, that for a while refuses what it took before.</summary>
public sealed class RefusingServerTests : WatchTest
{
    [Theory]
    [InlineData(400, 0)]
    [InlineData(413, 5)]
    [InlineData(422, 5)]
    public async Task Stream_that_refuses_everything_for_a_while_loses_nothing(int status, int rowsBefore)
    {
        var file = GrowingFile.In(Folder, "locked");
        var records = new RunRecords("locked").Start().Rows(0, rowsBefore);
        file.GrowTo(records);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        if (rowsBefore == 0)
            Refuse(status);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilAsync(() => Find("locked") is { } run && run.Steps().Count == rowsBefore, watch, "the first rows were on the server");
        Refuse(status);
        file.GrowTo(records.Rows(rowsBefore, 60, padding: 300).Event(1).Console("one\n", 1));
        await UntilAsync(() => Refused() >= 40, watch, "the stream was tried again and again");

        Backend.Faults.Set([]);
        await UntilRowsAsync("locked", rowsBefore + 60, watch);
        file.GrowTo(records.Rows(rowsBefore + 60, 2).Exit());
        await UntilAsync(() => (bool)Find("locked")!["complete"]!, watch, "the run was closed");
        var end = await EndAsync(signal, watch);

        Assert.True(end.Status == 0, end.ToString());
        Assert.Contains(end.Reports, report => ((string)report["message"]!).Contains($"refuses the file stream of entity sandbox, project demo: HTTP {status}", StringComparison.Ordinal));
        Assert.Equal(0, (int)end.Reports[^1]["setAside"]!);
        await AssertEqualsOneSyncAsync($"a run whose stream answered {status}");

        int Refused() => Backend.Trace.Count(request => request.Status == status);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Alert_of_a_key_that_may_not_be_used_is_sent_when_it_may(int status)
    {
        Folder.Place(new RunRecords("alert").Start().Rows(0, 3).Alert("slow").Rows(3, 3).Exit());
        Backend.Faults.Set([new FaultRule("graphql:NotifyScriptableRunAlert", new FaultAction.Status(status)) { Count = 2 }]);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);

        await UntilAsync(() => Find("alert") is { } run && (bool)run["complete"]!, watch, "the run was closed");
        var end = await EndAsync(signal, watch);

        Assert.True(end.Status == 0, end.ToString());
        await AssertEqualsOneSyncAsync($"a run whose alert was refused with {status}");
    }

    /// <summary>Nothing depends on the answer but what is asked of newer servers.</summary>
    [Theory]
    [InlineData("sync")]
    [InlineData("watch")]
    public async Task Server_that_never_says_what_it_can_do_gets_everything_all_the_same(string command)
    {
        Folder.Place(new RunRecords("silent").Start().Rows(0, 3).Exit());
        Backend.Faults.Set([new FaultRule("graphql:ServerFeaturesQuery", new FaultAction.Status(500)) { Count = null }]);
        var agent = Agent with { Retry = Agent.Retry with { GraphQLTries = 3 } };
        string[] arguments = command == "sync" ? [] : ["--exit-when-done"];

        var run = await agent.RunAsync([command, "--output", "json", .. arguments, Folder.Wandb], Stop);

        Assert.True(run.Status == 0, run.ToString());
        await AssertEqualsOneSyncAsync("a server that did not tell its features");
    }

    private void Refuse(int status) =>
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(status)) { Count = null }]);
}
