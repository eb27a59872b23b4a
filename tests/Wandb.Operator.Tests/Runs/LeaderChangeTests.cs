using System.Text.Json;
using Wandb.Contract;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Runs;

/// <summary>Two replicas, one after the other and then the first one again: it goes on from what the other has written, and not from what it was told before that.</summary>
public sealed class LeaderChangeTests
{
    [Theory]
    [InlineData(ReportedRunState.Unfinished)]
    [InlineData(ReportedRunState.Observed)]
    [InlineData(ReportedRunState.Incomplete)]
    [InlineData(ReportedRunState.Synced)]
    public async Task What_another_leader_was_told_stays_when_this_one_leads_again(ReportedRunState last)
    {
        await using var cluster = await LocalRuns.StartAsync();
        await cluster.CreateRunAsync("r", """{"summaryMetrics":["loss"]}""");
        var (ended, living, third) = (await cluster.CreatePodAsync("ended", "r"), await cluster.CreatePodAsync("living", "r"), await cluster.CreatePodAsync("third", "r"));
        cluster.Report(ended, Run("a", ReportedRunState.Running, 100, 9));
        cluster.Report(living, Run("b", ReportedRunState.Running, 100, 9));
        await cluster.UntilStatusAsync("r", status => status.Counts!.Running == 2);

        await cluster.HandOverAsync();
        cluster.Report(living, Run("b", ReportedRunState.Running, 5000, 2));
        cluster.Report(ended, Run("a", last, 5000, 2));
        await cluster.EndPodAsync("ended", 0);
        var told = await cluster.UntilStatusAsync("r", status => Entry(status, "a") is { ExitCode: 0, RowsRead: 5000 } && Entry(status, "b").RowsRead == 5000);
        await cluster.HandBackAsync();
        // Another agent, so that there is something to write.
        cluster.Report(third, Run("c", ReportedRunState.Running, 1, 5));
        var status = await cluster.UntilStatusAsync("r", status => status.Counts!.Total == 3);

        Assert.Equal((Text(Entry(told, "a")), Text(Entry(told, "b"))), (Text(Entry(status, "a")), Text(Entry(status, "b"))));
        Assert.Equal("2", status.Groups![0].Metrics![0].Mean);
        Assert.Equal(told.Counts!.Lost, status.Counts!.Lost);
    }

    /// <summary>What a replica remembers of more runs than a status lists is of the time before, too; the totals do not tell.</summary>
    [Fact]
    public async Task What_another_leader_wrote_stays_among_many_runs_with_the_same_totals()
    {
        await using var cluster = await LocalRuns.StartAsync();
        await cluster.CreateRunAsync("r");
        var (pod, third) = (await cluster.CreatePodAsync("train", "r"), await cluster.CreatePodAsync("third", "r"));
        ReportedRun[] Runs(ReportedRunState first) =>
            [.. Enumerable.Range(0, 120).Select(index => LocalRuns.Run($"r{index:000}", ReportedRunState.Synced) with { State = index == 0 ? first : ReportedRunState.Synced })];
        cluster.Report(pod, Runs(ReportedRunState.Finishing));
        var before = await cluster.UntilStatusAsync("r", status => status.Counts!.Total == 120);

        await cluster.HandOverAsync();
        cluster.Report(pod, Runs(ReportedRunState.Unfinished));
        await cluster.EndPodAsync("train", 0);
        var told = await cluster.UntilStatusAsync("r", status => Entry(status, "r000") is { State: "Unfinished" });
        await cluster.HandBackAsync();
        cluster.Report(third, Run("a", ReportedRunState.Running, 1, 5));
        var status = await cluster.UntilStatusAsync("r", status => status.Counts!.Total == 121);

        Assert.Equal(before.Counts, told.Counts);
        Assert.Equal(Text(Entry(told, "r000")), Text(Entry(status, "r000")));
    }

    private static RunEntry Entry(WandbRunStatus status, string id) => status.Runs!.Single(run => run.Id == id);

    private static string Text(RunEntry entry) => JsonSerializer.Serialize(entry, OperatorJson.Default.RunEntry);

    private static ReportedRun Run(string id, ReportedRunState state, long rows, double loss) => LocalRuns.Run(id, state, rows) with
    {
        RowsAcknowledged = rows,
        ExitCode = null,
        Summary = new Dictionary<string, JsonElement> { ["loss"] = JsonSerializer.SerializeToElement(loss) },
    };
}
