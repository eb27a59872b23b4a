using Wandb.Contract;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using static Wandb.Operator.Tests.Runs.Observed;

namespace Wandb.Operator.Tests.Runs;

/// <summary>Two pods have left runs on a claim, the server was away; a third one uploads them.</summary>
public sealed class DrainedRunsTests
{
    private static readonly PodObservation Drain = Pod(9) with { Name = "drain" };

    private static readonly RunObservation Waiting = Of(
        new(), Left(0, Run(Pod(0), ReportedRunState.Buffering, 0, loss: 0.5)), Left(1, Run(Pod(1), ReportedRunState.Buffering, 0)));

    [Fact]
    public void What_was_uploaded_is_synced_and_keeps_what_its_own_pod_has_told()
    {
        var before = RunStatusComputation.Of(Waiting with { SummaryMetrics = ["loss"] });
        Assert.Equal("Buffering", before.Phase);

        var status = RunStatusComputation.Of(Waiting with { SummaryMetrics = ["loss"], Drains = [Drained(Sent(0, ReportedRunState.Synced), Sent(1, ReportedRunState.Synced))] });

        Assert.Equal("Synced", status.Phase);
        Assert.Contains("Synced=True/AllSynced DataIntact=True/NothingLost Finished=True/AllFinished", Conditions(status), StringComparison.Ordinal);
        Assert.Contains("BackendReachable=True/Answers", Conditions(status), StringComparison.Ordinal);
        var (entry, same) = (status.Runs!.Single(run => run.Pod == Pod(0).Name), before.Runs!.Single(run => run.Pod == Pod(0).Name));
        Assert.Equal(("Synced", 10L, 10L, "d"), (entry.State, entry.RowsRead!.Value, entry.RowsAcknowledged!.Value, entry.ReceiptDigest));
        Assert.Equal((same.Node, same.Index, same.Container, same.ExitCode, same.StartedAt), (entry.Node, entry.Index, entry.Container, entry.ExitCode, entry.StartedAt));
        Assert.Equal(same.Summary!.Select(metric => (metric.Key, metric.Value.GetRawText())), entry.Summary!.Select(metric => (metric.Key, metric.Value.GetRawText())));
        Assert.Null(entry.Message);
        Assert.Equal(2, status.Counts!.Total);
    }

    [Fact]
    public void What_is_still_to_come_goes_on_waiting()
    {
        var status = RunStatusComputation.Of(Waiting with { Drains = [Drained(Sent(0, ReportedRunState.Synced), Sent(1, ReportedRunState.Running))] });

        Assert.Equal("Buffering", status.Phase);
        Assert.Equal(["Synced", "Buffering"], status.Runs!.OrderBy(run => run.Pod, StringComparer.Ordinal).Select(run => run.State));
    }

    /// <summary>Nobody saw the pod, and the WandbRun had another storage by then.</summary>
    [Fact]
    public void What_was_taken_for_lost_and_is_found_is_not_lost()
    {
        var observation = Of(new(), Left(0, Run(Pod(0), ReportedRunState.Buffering, 0) with { RecordsLost = 2 })) with { Pods = [] };
        var before = Stored(RunStatusComputation.Of(observation));
        RunObservation Draining(WandbRunStatus previous, ReportedRunState state) =>
            observation with { Reports = [], Previous = previous, Drains = [Drained(Sent(0, state) with { RecordsLost = 2 })] };

        var going = Stored(RunStatusComputation.Of(Draining(before, ReportedRunState.Running)));
        var again = RunStatusComputation.Of(Draining(going, ReportedRunState.Running));
        var done = RunStatusComputation.Of(Draining(going, ReportedRunState.Synced));

        Assert.Equal(("Lost", 5L), Shown(before));
        Assert.Equal(("Buffering", 2L), Shown(going));
        Assert.Equal(Text(going), Text(again));
        Assert.Equal(("Synced", 2L), Shown(done));

        static (string, long) Shown(WandbRunStatus status) => (status.Runs![0].State!, status.Runs[0].RowsLost!.Value);
    }

    [Fact]
    public void What_the_server_refused_is_told()
    {
        var status = RunStatusComputation.Of(Waiting with { Drains = [Drained(Sent(0, ReportedRunState.Synced), Sent(1, ReportedRunState.Incomplete) with { Message = "project not found" })] });

        Assert.Equal("project not found", status.Runs!.Single(run => run.Pod == Pod(1).Name).Message);
        Assert.Contains("Synced=False/Incomplete", Conditions(status), StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_of_others_on_the_claim_are_none_of_this_WandbRun()
    {
        var stranger = Sent(0, ReportedRunState.Synced) with { File = "/wandb-operator/runs/other-pod/wandb/offline-run-1/run-x.wandb" };
        var elsewhere = Sent(1, ReportedRunState.Synced) with { File = "/data/wandb/offline-run-1/run-x.wandb" };

        var status = RunStatusComputation.Of(Waiting with { Drains = [Drained(stranger, elsewhere)] });

        Assert.Equal(RunStatusComputation.Of(Waiting).Runs!.Select(run => (run.Id, run.State)), status.Runs!.Select(run => (run.Id, run.State)));
    }

    [Fact]
    public void Agent_of_a_pod_that_runs_knows_more_than_a_drain_beside_it()
    {
        var running = Of(new(), (Pod(0), Report(Pod(0), Run(Pod(0), ReportedRunState.Running))));

        var status = RunStatusComputation.Of(running with { Drains = [Drained(Sent(0, ReportedRunState.Incomplete))] });

        Assert.Equal("Running", Assert.Single(status.Runs!).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Proof_stays_when_the_pod_that_brought_it_has_gone(bool isFirstStillThere)
    {
        var proved = Stored(RunStatusComputation.Of(Waiting with { Drains = [Drained(Sent(0, ReportedRunState.Synced), Sent(1, ReportedRunState.Synced))] }));
        var later = (isFirstStillThere ? Waiting : new RunObservation { Spec = new(), Now = Now, IsStorageKept = true }) with { Previous = proved, Generation = 1 };

        var status = RunStatusComputation.Of(later);

        Assert.Equal("Synced", status.Phase);
        Assert.Equal(Text(proved), Text(status));
    }

    /// <summary>The report of the pod that wrote the run is still there, and older.</summary>
    [Theory]
    [InlineData(ReportedRunState.Unfinished)]
    [InlineData(ReportedRunState.Incomplete)]
    [InlineData(ReportedRunState.Lost)]
    public void What_a_drain_has_told_stays_when_its_pod_has_gone(ReportedRunState state)
    {
        var told = Stored(RunStatusComputation.Of(Waiting with { Drains = [Drained(Sent(0, state) with { RecordsLost = 2 }, Sent(1, ReportedRunState.Synced))] }));

        var status = RunStatusComputation.Of(Waiting with { Previous = told });

        Assert.Equal(state.ToString(), told.Runs!.Single(run => run.Pod == Pod(0).Name).State);
        Assert.Equal(Text(told), Text(status));
    }

    private static (PodObservation, PodReport?) Left(int index, ReportedRun run)
    {
        var pod = Pod(index) with { IsOver = true, IsStorageKept = true };
        return (pod, Report(pod, BackendState.Unreachable, "no route", run));
    }

    private static ReportedRun Sent(int index, ReportedRunState state) => Run(Pod(index), state, 0) with
    {
        Container = "",
        File = $"/wandb-operator/runs/{Pod(index).Name}/wandb/offline-run-20260301_100000-r/run-r.wandb",
    };

    private static PodReport Drained(params ReportedRun[] runs) => Report(Drain, runs) with { ReceivedAt = Begin.AddMinutes(50) };
}
