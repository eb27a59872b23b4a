using Wandb.Contract;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using static Wandb.Operator.Tests.Runs.Observed;

namespace Wandb.Operator.Tests.Runs;

/// <summary>What counts as one of a group, and the metrics of a group.</summary>
public sealed class RunGroupsTests
{
    private static readonly WandbRunSpec Folds = new() { Folds = 5, SummaryMetrics = ["loss", "accuracy"] };

    [Fact]
    public void Five_folds_give_one_group_with_mean_and_sample_deviation()
    {
        double[] losses = [2, 4, 4, 5, 9];
        var pods = losses.Select((loss, index) => Done(Pod(index), Run(Pod(index), ReportedRunState.Synced, 0, loss))).ToArray();

        var status = RunStatusComputation.Of(Of(Folds, pods));

        var group = Assert.Single(status.Groups!);
        Assert.Equal(("g", 5, 0, 5, 0, 5), (group.Name, group.Expected, group.Running, group.Finished, group.Failed, group.Synced));
        // Sum of squares 26.8 over 4, root.
        Assert.Equal(
            new MetricEntry { Name = "loss", N = 5, Mean = "4.8", StandardDeviation = Fixed(Math.Sqrt(26.8 / 4)), Min = "2", Max = "9", MinRun = "r-u0-0", MaxRun = "r-u4-0" },
            Assert.Single(group.Metrics!) with { StandardDeviation = Rounded(group.Metrics![0].StandardDeviation) });
        Assert.Equal((5, 5, 50L, 50L), (status.Counts!.Total, status.Counts.Synced, status.Counts.RowsRead, status.Counts.RowsAcknowledged));
        Assert.Equal("Synced", status.Phase);
    }

    /// <summary>As a PyTorchJob's, hours after it was suspended: the pod before is forgotten, and the run of the new one has another id.</summary>
    [Theory]
    [InlineData(false, "AllFinished")]
    [InlineData(true, "SomeFailed")]
    public void Pod_of_the_same_name_that_was_made_anew_is_a_later_attempt(bool isBare, string expected)
    {
        PodObservation Worker(int attempt) => Pod(0, attempt) with { Name = "train-worker-0", OwnerUid = isBare ? null : "pytorchjob" };
        var before = Stored(RunStatusComputation.Of(Of(new(), Done(Worker(0), Run(Worker(0), ReportedRunState.Synced, 143)))));

        var status = RunStatusComputation.Of(Of(new(), Done(Worker(1), Run(Worker(1), ReportedRunState.Synced, 0))) with { Previous = before });

        Assert.Contains($"Finished=True/{expected}", Conditions(status), StringComparison.Ordinal);
        Assert.Equal(1, status.Counts!.Failed);
    }

    [Fact]
    public void One_value_has_no_deviation_and_unfinished_values_do_not_count()
    {
        var status = RunStatusComputation.Of(Of(
            Folds,
            Done(Pod(0), Run(Pod(0), ReportedRunState.Synced, 0, 2)),
            Done(Pod(1), Run(Pod(1), ReportedRunState.Synced, 1, 100)),
            (Pod(2), Report(Pod(2), Run(Pod(2), ReportedRunState.Running, null, 100)))));

        var group = Assert.Single(status.Groups!);
        Assert.Equal((1, 1, 1), (group.Running, group.Finished, group.Failed));
        Assert.Equal((1, "2", (string?)null), (group.Metrics![0].N, group.Metrics[0].Mean, group.Metrics[0].StandardDeviation));
    }

    [Fact]
    public void Retried_fold_counts_once_in_its_group_and_twice_in_all()
    {
        var status = RunStatusComputation.Of(Of(
            Folds,
            Done(Pod(0) with { HasFailed = true }, Run(Pod(0), ReportedRunState.Synced, 1, 100)),
            Done(Pod(0, 1), Run(Pod(0, 1), ReportedRunState.Synced, 0, 2))));

        var group = Assert.Single(status.Groups!);
        Assert.Equal((1, 0, "2"), (group.Finished, group.Failed, group.Metrics![0].Mean));
        Assert.Equal((2, 1, 1), (status.Counts!.Total, status.Counts.Finished, status.Counts.Failed));
        Assert.Equal([(1, "r-u0-1"), (0, "r-u0-0")], status.Runs!.Select(run => (run.Attempt!.Value, run.Id)));
    }

    [Fact]
    public void Index_that_the_job_had_done_again_counts_once_in_its_group_although_both_attempts_ended_with_0()
    {
        var (preempted, again) = (Pod(0), Pod(0, 1));

        var status = RunStatusComputation.Of(Of(
            Folds, Done(preempted, Run(preempted, ReportedRunState.Synced, 0, loss: 4)), Done(again, Run(again, ReportedRunState.Synced, 0, loss: 2))));

        var group = Assert.Single(status.Groups!);
        var loss = group.Metrics!.Single(metric => metric.Name == "loss");
        Assert.Equal((1, 1, "2"), (group.Finished, loss.N, loss.Mean));
        Assert.Equal((2, 2, 0), (status.Counts!.Total, status.Counts.Finished, status.Counts.Failed));
    }

    [Fact]
    public void Sibling_that_ran_at_the_same_time_is_no_retry()
    {
        var sibling = Pod(0, 1) with { CreatedAt = Begin.AddMinutes(5), Index = null };
        var failed = Pod(0) with { Index = null };

        var status = RunStatusComputation.Of(Of(
            Folds, Done(failed, Run(failed, ReportedRunState.Synced, 1)), Done(sibling, Run(sibling, ReportedRunState.Synced, 0))));

        Assert.Equal((1, 1), (status.Groups![0].Finished, status.Groups[0].Failed));
    }

    [Fact]
    public void Runs_of_one_process_are_no_retries_of_each_other()
    {
        var first = Run(Pod(0), ReportedRunState.Synced, 1, id: "a");
        var second = Run(Pod(0), ReportedRunState.Synced, 0, id: "b") with { StartedAt = Begin.AddMinutes(11), FinishedAt = Begin.AddMinutes(12) };

        var status = RunStatusComputation.Of(Of(Folds, Done(Pod(0), first, second)));

        Assert.Equal((1, 1), (status.Groups![0].Finished, status.Groups[0].Failed));
    }

    [Fact]
    public void Resumed_run_in_two_pods_is_two_entries_and_one_value()
    {
        var status = RunStatusComputation.Of(Of(
            Folds,
            Done(Pod(0), Run(Pod(0), ReportedRunState.Synced, 0, 8, "same")),
            Done(Pod(0, 1), Run(Pod(0, 1), ReportedRunState.Synced, 0, 2, "same"))));

        Assert.Equal(2, status.Runs!.Count);
        Assert.Equal((1, "2"), (status.Groups![0].Metrics![0].N, status.Groups[0].Metrics![0].Mean));
    }

    private static string Fixed(double value) => value.ToString("F9", System.Globalization.CultureInfo.InvariantCulture);

    private static string? Rounded(string? text) => text is null ? null : Fixed(double.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
}
