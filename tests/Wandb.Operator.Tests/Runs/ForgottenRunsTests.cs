using System.Globalization;
using Wandb.Contract;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using static Wandb.Operator.Tests.Runs.Observed;

namespace Wandb.Operator.Tests.Runs;

/// <summary>
/// More runs than a status lists, after the operator was restarted, or when their pods were deleted and forgotten: what failed has still failed, and groups are what
/// they were.
/// </summary>
public sealed class ForgottenRunsTests
{
    private static readonly string[] Ways = ["restarted", "pods forgotten", "both"];

    public static TheoryData<string> AllWays => [.. Ways];

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Fold_that_failed_for_good_stays_failed(string way)
    {
        var all = Folds(130, index => index == 3 ? 1 : 0);
        var full = RunStatusComputation.Of(all);

        var later = Later(all, way);

        Assert.Equal("Failed", full.Phase);
        Assert.Equal((1, 1), (full.Counts!.Failed, full.Counts.FailedForGood));
        Assert.Contains("Finished=True/SomeFailed", Conditions(full), StringComparison.Ordinal);
        Assert.Equal("1 of 130 runs failed; r-u3-0 in pod train-3-bbbbb: 1", Finished(full));
        Assert.Equal(Text(full), Text(later));
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Fold_that_a_later_attempt_has_done_again_has_not_failed(string way)
    {
        var retried = Pod(3, 1) with { CreatedAt = Begin.AddMinutes(20), IsOver = true };
        var first = Folds(130, index => index == 3 ? 1 : 0);
        var all = first with { Pods = [.. first.Pods, retried], Reports = [.. first.Reports, Report(retried, Run(retried, ReportedRunState.Synced, 0))] };
        var full = RunStatusComputation.Of(all);

        var later = Later(all, way);

        Assert.Equal("Synced", full.Phase);
        Assert.Equal((131, 1, 0), (full.Counts!.Total, full.Counts.Failed, full.Counts.FailedForGood));
        Assert.Equal("130 runs finished", Finished(full));
        Assert.Equal(Text(full), Text(later));
    }

    /// <summary>The pod of the first attempt is deleted; that of the second is still there.</summary>
    [Fact]
    public void Attempt_that_is_forgotten_before_the_one_that_followed_it_has_not_failed_for_good()
    {
        var retried = Pod(3, 1) with { CreatedAt = Begin.AddMinutes(20), IsOver = true };
        var first = Folds(130, index => index == 3 ? 1 : 0);
        var all = first with { Pods = [.. first.Pods, retried], Reports = [.. first.Reports, Report(retried, Run(retried, ReportedRunState.Synced, 0))] };
        var (full, tally) = RunStatusComputation.Next(all);

        var status = RunStatusComputation.Of(all with
        {
            Previous = Stored(full),
            Tally = tally,
            Pods = [.. all.Pods.Where(pod => pod.Uid != "u3-0")],
            Reports = [.. all.Reports.Where(report => report.Pod.Uid != "u3-0")],
        });

        Assert.Equal(Text(full), Text(status));
    }

    /// <summary>It does not say which of the failed ones were done again: that is not taken for success.</summary>
    [Fact]
    public void Status_of_an_earlier_version_is_read_as_if_what_it_does_not_list_had_failed_for_good()
    {
        var all = Folds(130, index => index == 3 ? 1 : 0);
        var full = Stored(RunStatusComputation.Of(all));
        var old = full with { Counts = full.Counts! with { FailedForGood = null } };

        var status = RunStatusComputation.Of(all with { Previous = old, Pods = [], Reports = [], Owners = [] });

        Assert.Equal(("Failed", 1), (status.Phase, status.Counts!.FailedForGood));
        Assert.Contains("Finished=True/SomeFailed", Conditions(status), StringComparison.Ordinal);
    }

    /// <summary>Those that such a status lists are known by name.</summary>
    [Fact]
    public void Failed_attempt_in_the_list_of_an_earlier_version_is_known_to_be_done_again()
    {
        var retried = Pod(120, 1) with { CreatedAt = Begin.AddMinutes(20), IsOver = true };
        var first = Folds(130, index => index == 120 ? 1 : 0);
        var all = first with { Pods = [.. first.Pods, retried], Reports = [.. first.Reports, Report(retried, Run(retried, ReportedRunState.Synced, 0))] };
        var full = Stored(RunStatusComputation.Of(all));
        var old = full with { Counts = full.Counts! with { FailedForGood = null } };

        var status = RunStatusComputation.Of(all with { Previous = old, Pods = [], Reports = [], Owners = [] });

        Assert.Equal(Text(full), Text(status));
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Group_keeps_the_figures_of_runs_that_are_not_listed_any_more(string way)
    {
        var random = new Random(7);
        var all = Folds(200, _ => 0, _ => random.NextDouble());
        var full = RunStatusComputation.Of(all);

        var later = Later(all, way);

        var group = Assert.Single(full.Groups!);
        Assert.Equal((200, 200, 200), (group.Finished, group.Synced, Assert.Single(group.Metrics!).N));
        Assert.Equal(Text(full), Text(later));
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Group_of_which_no_run_is_listed_any_more_stays(string way)
    {
        var all = Folds(200, _ => 0, index => index, index => index < 50 ? "old" : "new");

        var later = Later(all, way);

        Assert.Equal(["new 150 124.5", "old 50 24.5"], later.Groups!.Select(group => $"{group.Name} {group.Finished} {group.Metrics![0].Mean}"));
    }

    /// <summary>Each replica knows what the one before has written, and what has come since.</summary>
    [Fact]
    public void Group_grows_over_many_restarts_as_if_there_had_been_none()
    {
        var random = new Random(11);
        var all = Folds(400, index => index % 50 == 9 ? 1 : 0, _ => 100 + random.NextDouble());
        WandbRunStatus? previous = null;
        for (var count = 110; count <= 400; count += 29)
        {
            var heard = all with { Previous = previous, Pods = [.. all.Pods.Take(count)], Reports = [.. all.Reports.Take(count).Skip(count - 29 - (previous is null ? count : 0))] };
            previous = Stored(RunStatusComputation.Of(heard));

            var direct = Assert.Single(RunStatusComputation.Of(all with { Pods = heard.Pods, Reports = [.. all.Reports.Take(count)] }).Groups!);
            var group = Assert.Single(previous.Groups!);
            var (metric, expected) = (Assert.Single(group.Metrics!), Assert.Single(direct.Metrics!));
            Assert.Equal(direct with { Metrics = null }, group with { Metrics = null });
            Assert.Equal((expected.N, expected.Min, expected.Max, expected.MinRun, expected.MaxRun), (metric.N, metric.Min, metric.Max, metric.MinRun, metric.MaxRun));
            Assert.Equal(Number(expected.Mean), Number(metric.Mean), 1e-12);
            Assert.Equal(Number(expected.StandardDeviation), Number(metric.StandardDeviation), 1e-12);
        }
    }

    /// <summary>The operator was away when they ended: one group, or others, may have what is proved.</summary>
    [Theory]
    [InlineData(1, 10, "g 110 finished, 10 failed, 110 synced")]
    [InlineData(2, 10, "g0 50 finished, 10 failed, 50 synced|g1 50 finished, 10 failed, 50 synced")]
    [InlineData(2, 15, "g0 55 finished, 5 failed, 55 synced|g1 55 finished, 5 failed, 55 synced")]
    [InlineData(2, 20, "g0 60 finished, 0 failed, 60 synced|g1 60 finished, 0 failed, 60 synced")]
    public void Runs_that_ended_unheard_are_not_taken_for_finished(int groups, int proved, string expected)
    {
        // The oldest 20 run; then some of their agents prove that all is on the server.
        var all = Folds(120, _ => 0, null, index => groups == 1 ? "g" : $"g{index % 2}");
        var running = all with
        {
            Pods = [.. all.Pods.Select(pod => pod with { IsOver = pod.Index >= 20 })],
            Reports = [.. all.Reports.Select((report, index) => index >= 20 ? report : Report(all.Pods[index], Run(all.Pods[index], ReportedRunState.Running) with { Group = report.Report.Runs[0].Group }))],
        };
        var before = Stored(RunStatusComputation.Of(running));

        var status = RunStatusComputation.Of(running with { Previous = before, Pods = [.. all.Pods.Take(20).Select(pod => pod with { IsProved = pod.Index < proved })], Reports = [] });

        Assert.Equal(20, before.Groups!.Sum(group => group.Running));
        Assert.Equal(expected, string.Join('|', status.Groups!.Select(group => $"{group.Name} {group.Finished} finished, {group.Failed} failed, {group.Synced} synced")));
        Assert.Equal(0, status.Groups!.Sum(group => group.Running));
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Of_too_many_groups_those_of_the_newest_runs_are_shown(string way)
    {
        var all = Folds(250, _ => 0, null, index => $"{index:000}");
        var full = RunStatusComputation.Of(all);

        var later = Later(all, way);

        Assert.Equal(Enumerable.Range(150, 100).Select(index => $"{index:000}"), full.Groups!.Select(group => group.Name));
        Assert.Equal(Text(full), Text(later));
    }

    [Fact]
    public void New_group_is_shown_beside_as_many_as_there_is_room_for()
    {
        var all = Folds(250, _ => 0, null, index => $"{index:000}");
        var full = Stored(RunStatusComputation.Of(all));
        var young = Pod(0, 2) with { CreatedAt = Begin.AddHours(1) };

        var status = RunStatusComputation.Of(all with { Previous = full, Pods = [young], Reports = [Report(young, Run(young, ReportedRunState.Running) with { Group = "000" })] });

        Assert.Equal(["000", .. Enumerable.Range(151, 99).Select(index => $"{index:000}")], status.Groups!.Select(group => group.Name));
    }

    /// <summary>An Indexed Job that has ended, with a run for each index, each begun a second after the one before.</summary>
    private static RunObservation Folds(int count, Func<int, int> exitCode, Func<int, double>? loss = null, Func<int, string>? group = null)
    {
        var pods = Enumerable.Range(0, count).Select(index => Pod(index) with { CreatedAt = Begin.AddSeconds(index), IsOver = true }).ToList();
        return Of(
            new WandbRunSpec { Folds = count, SummaryMetrics = loss is null ? null : ["loss"] },
            [.. pods.Select(pod => (pod, (PodReport?)Report(pod, Run(pod, ReportedRunState.Synced, exitCode(pod.Index!.Value), loss?.Invoke(pod.Index.Value)) with { Group = group?.Invoke(pod.Index.Value) ?? "g" })))])
            with
        { Owners = [new("job1", HasEnded: true, Completions: count)] };
    }

    /// <summary>Job and pods are gone, and nobody reports any more.</summary>
    private static WandbRunStatus Later(RunObservation all, string way)
    {
        var (status, tally) = RunStatusComputation.Next(all);
        var gone = all with { Previous = Stored(status), Pods = [], Reports = [], Owners = [] };
        if (way != "restarted")
            status = RunStatusComputation.Of(gone with { Tally = tally });
        return way == "pods forgotten" ? status : RunStatusComputation.Of(gone with { Previous = Stored(status) });
    }

    private static string Finished(WandbRunStatus status) => status.Conditions!.Single(condition => condition.Type == ConditionTypes.Finished).Message;

    private static double Number(string? text) => double.Parse(text!, CultureInfo.InvariantCulture);
}
