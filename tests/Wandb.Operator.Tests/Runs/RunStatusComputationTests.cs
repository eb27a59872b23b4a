using Wandb.Contract;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using static Wandb.Operator.Tests.Runs.Observed;

namespace Wandb.Operator.Tests.Runs;

public sealed class RunStatusComputationTests
{
    private static readonly WandbRunSpec Folds = new() { Folds = 5, SummaryMetrics = ["loss", "accuracy"] };

    [Fact]
    public void Kubelet_tells_how_a_run_ended_that_wrote_no_exit_record()
    {
        var pod = Pod(0) with
        {
            IsOver = true,
            Ended = [new ContainerEnd { Container = "main", ExitCode = 137, Reason = "OOMKilled", StartedAt = Begin, FinishedAt = Begin.AddMinutes(9) }],
        };

        var status = RunStatusComputation.Of(Of(new WandbRunSpec(), (pod, Report(pod, Run(pod, ReportedRunState.Unfinished)))));

        var run = Assert.Single(status.Runs!);
        Assert.Equal((137, "OOMKilled", Begin.AddMinutes(9)), (run.ExitCode, run.ExitReason, run.FinishedAt));
        Assert.Contains("r-u0-0 in pod train-0-bbbbb: 137 (OOMKilled)", Message(status, ConditionTypes.Finished), StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_agent_copes_with_is_told_with_its_pod_and_is_over_with_the_problem()
    {
        var hindered = Of(new WandbRunSpec(), (Pod(1), Hindered(Report(Pod(1)))), (Pod(0), Report(Pod(0))), (Pod(2), Hindered(Report(Pod(2)))));

        var status = RunStatusComputation.Of(hindered);
        var restarted = RunStatusComputation.Of(hindered with { Reports = [], Previous = Stored(status), Now = Now.AddMinutes(5) });
        var well = RunStatusComputation.Of(hindered with { Reports = [Report(Pod(1))], Previous = Stored(status), Now = Now.AddMinutes(5) });

        Assert.Equal(
            "2 agents cope with something; in pod train-1-bbbbb: checkpoints of 1 run file cannot be written (no room): nothing is lost; the collector is away",
            Message(status, ConditionTypes.AgentsHealthy));
        Assert.Equal(Text(status), Text(restarted));
        Assert.Contains("AgentsHealthy=True/Healthy", Conditions(well), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_went_with_their_volume_are_lost_with_their_number_and_once()
    {
        var running = Of(new WandbRunSpec(), (Pod(0), Report(Pod(0), Run(Pod(0), ReportedRunState.Buffering))));
        var before = RunStatusComputation.Of(running);

        // The pod is gone, and so is its report.
        var gone = running with { Pods = [], Reports = [], Previous = Stored(before) };
        var status = RunStatusComputation.Of(gone);
        var again = RunStatusComputation.Of(gone with { Previous = Stored(status) });

        Assert.Equal(("Lost", 3L), (status.Runs![0].State, status.Runs[0].RowsLost));
        Assert.Equal((1, 3L, 0), (status.Counts!.Lost, status.Counts.RowsLost, status.Counts.Synced));
        Assert.Contains("3 rows are lost", Message(status, ConditionTypes.DataIntact), StringComparison.Ordinal);
        Assert.Equal("Synced=False/DataLost", Conditions(status).Split(' ')[3]);
        Assert.Equal(Text(status), Text(again));
    }

    /// <summary>60 rows of a run that nobody was to send, on the default storage.</summary>
    [Fact]
    public void Rows_that_nobody_sent_are_lost_with_the_volume_of_their_pod()
    {
        var pod = Pod(0) with { IsOver = true };
        var run = Run(pod, ReportedRunState.Buffering, 0) with { RowsRead = 60, RowsAcknowledged = 0 };

        var status = RunStatusComputation.Of(Of(new WandbRunSpec(), (pod, Report(pod, BackendState.Unknown, "", run))));

        Assert.Equal(("DataLost", 60L, 60L), (status.Phase, status.Counts!.RowsRead, status.Counts.RowsLost));
        Assert.StartsWith("60 rows are lost; ", Message(status, ConditionTypes.DataIntact), StringComparison.Ordinal);
    }

    /// <summary>WANDB_DIR on a claim of the user, or a WandbRun that names another storage by now: the pod is as it was made.</summary>
    [Theory]
    [InlineData(true, "Buffering", 0)]
    [InlineData(false, "Lost", 3)]
    public void Volume_counts_that_the_pod_had_and_not_the_one_that_the_next_pod_would_get(bool isKept, string expected, int rowsLost)
    {
        var pod = Pod(0) with { IsStorageKept = isKept };
        var running = Of(new(), (pod, Report(pod, Run(pod, ReportedRunState.Buffering)))) with { IsStorageKept = !isKept };
        var gone = running with { Pods = [], Reports = [], Previous = Stored(RunStatusComputation.Of(running)) };

        var status = RunStatusComputation.Of(gone);
        var again = RunStatusComputation.Of(gone with { Previous = Stored(status) });

        var run = Assert.Single(status.Runs!);
        Assert.Equal((expected, rowsLost), (run.State, (int)run.RowsLost!));
        Assert.Equal(Text(status), Text(again));
    }

    [Fact]
    public void Lag_stands_until_everybody_who_told_it_has_reported_again()
    {
        var (slow, quick) = (Run(Pod(0), ReportedRunState.Buffering) with { LagSeconds = 600, BacklogBytes = 5000, BacklogRecords = 50 }, Run(Pod(1), ReportedRunState.Running) with { LagSeconds = 2 });
        var observation = Of(new WandbRunSpec(), (Pod(0), Report(Pod(0), slow)), (Pod(1), Report(Pod(1), quick)));
        var previous = Stored(RunStatusComputation.Of(observation));

        var one = RunStatusComputation.Of(observation with { Previous = previous, Reports = [Report(Pod(1), quick)] });
        var both = RunStatusComputation.Of(observation with { Previous = previous, Reports = [Report(Pod(1), quick), Report(Pod(0), slow with { LagSeconds = 1, BacklogBytes = 9, BacklogRecords = 0 })] });

        Assert.Equal((600L, 5000L, 50L), (one.Lag!.Seconds, one.Lag.Bytes, one.Lag.Records));
        Assert.Equal((2L, 9L, 0L), (both.Lag!.Seconds, both.Lag.Bytes, both.Lag.Records));
    }

    [Fact]
    public void What_Kubernetes_says_of_a_lost_pod_stands_beside_the_loss()
    {
        var pod = Pod(0) with { IsOver = true, HasFailed = true, EndMessage = "The node was low on resource: memory." };

        var status = RunStatusComputation.Of(Of(new WandbRunSpec(), (pod, Report(pod, Run(pod, ReportedRunState.Running)))));

        Assert.EndsWith("3 rows of the last report were not there; Kubernetes says: The node was low on resource: memory.", status.Runs![0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Last_word_about_the_server_is_that_of_the_report_that_came_last()
    {
        var over = Pod(0) with { IsOver = true };
        var refused = Report(Pod(0), BackendState.Unauthorized, "key refused", Run(Pod(0), ReportedRunState.Buffering));
        var taken = Report(Pod(0), Run(Pod(0), ReportedRunState.Synced, 0)) with { ReceivedAt = Begin.AddMinutes(31) };
        var before = Stored(RunStatusComputation.Of(Of(new WandbRunSpec(), (Pod(0), refused))));
        var ended = Of(new WandbRunSpec(), (over, taken)) with { Previous = before };
        var status = Stored(RunStatusComputation.Of(ended));
        // Another pod of the WandbRun went before, and its report is still known.
        var earlier = Report(Pod(1), BackendState.Unreachable, "no route");

        var later = RunStatusComputation.Of(ended with { Previous = status, Reports = [earlier] });

        Assert.Equal(
            ("False/Unauthorized", "True/Answers", "True/Answers"),
            (Backend(before), Backend(status), Backend(later)));

        static string Backend(WandbRunStatus status) => Conditions(status).Split(' ')[1].Split('=')[1];
    }

    [Fact]
    public void Proved_run_stays_proved_when_its_pod_is_gone()
    {
        var observation = Of(new WandbRunSpec(), (Pod(0), Report(Pod(0), Run(Pod(0), ReportedRunState.Synced, 0))));

        var status = RunStatusComputation.Of(observation with { Pods = [], Reports = [], Previous = Stored(RunStatusComputation.Of(observation)) });

        Assert.Equal(("Synced", 0L, "d"), (status.Runs![0].State, status.Runs[0].RowsLost, status.Runs[0].ReceiptDigest));
        Assert.Equal("Synced", status.Phase);
    }

    [Fact]
    public void Late_proof_takes_back_what_was_said_to_be_lost()
    {
        var over = Of(new WandbRunSpec(), (Pod(0) with { IsOver = true }, Report(Pod(0), Run(Pod(0), ReportedRunState.Finishing, 0))));
        var lost = RunStatusComputation.Of(over);

        var status = RunStatusComputation.Of(over with
        {
            Reports = [Report(Pod(0), Run(Pod(0), ReportedRunState.Synced, 0))],
            Previous = Stored(lost),
        });

        Assert.Equal("Lost", lost.Runs![0].State);
        Assert.Equal(("Synced", 0L), (status.Runs![0].State, status.Runs[0].RowsLost));
    }

    [Fact]
    public void Time_of_a_condition_moves_when_its_status_flips_and_only_then()
    {
        var running = Of(new WandbRunSpec(), (Pod(0), Report(Pod(0), Run(Pod(0), ReportedRunState.Running))));
        var first = RunStatusComputation.Of(running);

        var dark = RunStatusComputation.Of(running with
        {
            Reports = [Report(Pod(0), BackendState.Unreachable, "no route", Run(Pod(0), ReportedRunState.Buffering))],
            Previous = Stored(first),
            Now = Now.AddMinutes(1).AddMilliseconds(5),
        });

        Assert.Equal(Now, Time(dark, ConditionTypes.Synced));
        Assert.Equal(Now.AddMinutes(1), Time(dark, ConditionTypes.BackendReachable));
    }

    /// <summary>Pods named by the API server (<c>generateName</c>); the one fails, and the other begins later and ends well.</summary>
    [Theory]
    [InlineData(null, "Finished=True/SomeFailed")]
    [InlineData("job1", "Finished=True/AllFinished")]
    public void Pods_that_nobody_makes_anew_are_no_attempts_of_each_other(string? owner, string expected)
    {
        PodObservation Trial(int attempt, string name) => Pod(0, attempt) with { Name = name, OwnerUid = owner, Index = null };
        var (first, second) = (Trial(0, "trial-x7k2p"), Trial(1, "trial-b4d9f"));
        var observation = Of(new(), Done(first, Run(first, ReportedRunState.Synced, 1)), Done(second, Run(second, ReportedRunState.Synced, 0)));

        var status = RunStatusComputation.Of(observation);
        var later = RunStatusComputation.Of(observation with { Previous = Stored(status), Pods = [], Reports = [] });

        Assert.Contains(expected, Conditions(status), StringComparison.Ordinal);
        Assert.Contains(expected, Conditions(later), StringComparison.Ordinal);
        Assert.Equal(owner is null ? 1 : 0, Assert.Single(status.Groups!).Failed);
    }

    [Fact]
    public void Several_files_of_one_run_in_one_pod_are_one_entry()
    {
        var first = Run(Pod(0), ReportedRunState.Synced, 1, id: "same");
        var second = first with { File = "/y.wandb", State = ReportedRunState.Running, StartedAt = Begin.AddMinutes(20), ExitCode = null, FinishedAt = null, RowsRead = 5, RowsAcknowledged = 5 };

        var run = Assert.Single(RunStatusComputation.Of(Of(Folds, (Pod(0), Report(Pod(0), second, first)))).Runs!);

        Assert.Equal(("Running", 15L, 15L, (int?)null), (run.State, run.RowsRead, run.RowsAcknowledged, run.ExitCode));
    }

    [Fact]
    public void Status_shows_only_metrics_that_were_asked_for_and_are_small()
    {
        var summary = System.Text.Json.JsonDocument.Parse($$"""{"loss":2,"other":3,"accuracy":"{{new string('x', 200)}}"}""").RootElement;
        var run = Run(Pod(0), ReportedRunState.Synced, 0) with { Summary = summary.EnumerateObject().ToDictionary(member => member.Name, member => member.Value) };

        Assert.Equal(["loss"], Assert.Single(RunStatusComputation.Of(Of(Folds, Done(Pod(0), run))).Runs!).Summary!.Keys);
    }

    private static string Message(WandbRunStatus status, string type) => status.Conditions!.Single(condition => condition.Type == type).Message;

    private static DateTimeOffset Time(WandbRunStatus status, string type) => status.Conditions!.Single(condition => condition.Type == type).LastTransitionTime;
}
