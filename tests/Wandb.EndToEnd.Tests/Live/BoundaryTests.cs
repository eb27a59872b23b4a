using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>What goes wrong with one run stays with it.</summary>
public sealed class BoundaryTests : WatchTest
{
    [Fact]
    public async Task Mistake_of_the_agent_is_told_and_the_run_is_tried_again()
    {
        Folder.Place(new RunRecords("mistake").Start().Rows(0, 3).Exit());
        var mistakes = 2;
        var agent = Agent with { DurableStep = _ => { if (Interlocked.Decrement(ref mistakes) >= 0) throw new InvalidOperationException("a bug"); } };

        var run = await agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains(run.Reports, report => ((string)report["message"]!).Contains("error of this program", StringComparison.Ordinal));
        Assert.Equal("synced", (string)run.Reports[^1]["result"]!);
        await AssertEqualsOneSyncAsync("a run behind a mistake");
    }

    [Fact]
    public async Task Run_that_fails_for_ever_keeps_nobody_waiting_who_wants_the_end()
    {
        Folder.Place(new RunRecords("never").Start().Rows(0, 3).Exit());
        var agent = Agent with { DurableStep = _ => throw new InvalidOperationException("a bug") };

        var run = await agent.WatchAsync(Stop, "--exit-when-done", "--quiet", "1s", Folder.Wandb);

        Assert.True(run.Status == 2, run.ToString());
        Assert.True(run.Reports.Count >= 3, run.ToString());
    }

    [Fact]
    public async Task More_runs_than_may_send_all_come_forward()
    {
        const int runs = 200;
        var files = Enumerable.Range(0, runs)
            .Select(i => (Records: new RunRecords($"r{i}").Start().Rows(0, 2, padding: 1500), File: GrowingFile.In(Folder, $"r{i}")))
            .ToList();
        files.ForEach(run => run.File.GrowTo(run.Records));
        var watch = Agent.WatchAsync(Stop, "--jobs", "3", "--exit-when-done", Folder.Wandb);

        await UntilAsync(() => Backend.Runs().Count == runs, watch, "every run was announced though none has ended");
        foreach (var (records, file) in files)
            file.GrowTo(records.Rows(2, 2, padding: 1500).Exit());
        var end = await watch;

        Assert.True(end.Status == 0, end.ToString());
        Assert.All(Backend.Runs(), run => Assert.Equal([0, 1, 2, 3], run.Steps()));
    }

    [Fact]
    public async Task Run_with_a_long_backlog_lets_others_go_in_between()
    {
        Folder.Place(new RunRecords("long").Start().Rows(0, 1200, padding: 1000).Exit());
        var agent = Agent;
        var watch = (agent with { Live = agent.Live with { MinInterval = TimeSpan.FromMilliseconds(20) } })
            .WatchAsync(Stop, "--jobs", "1", "--exit-when-done", Folder.Wandb);
        await UntilRowsAsync("long", 10, watch);
        Folder.Place(new RunRecords("short").Start().Rows(0, 3).Exit());

        await UntilAsync(() => Find("short") is { } run && (bool)run["complete"]!, watch, "the short run was closed");

        Assert.False((bool)Find("long")!["complete"]!, "the long run went first");
        Assert.Equal(0, (await watch).Status);
    }
}
