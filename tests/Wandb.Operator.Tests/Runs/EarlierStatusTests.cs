using Wandb.Contract;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using static Wandb.Operator.Tests.Runs.Observed;

namespace Wandb.Operator.Tests.Runs;

/// <summary>What a status says of runs that nobody shows any more: it is gone on from.</summary>
public sealed class EarlierStatusTests
{
    [Fact]
    public void Totals_go_on_counting_runs_that_the_list_does_not_show()
    {
        var pods = Enumerable.Range(0, 130).Select(index => Pod(index) with { CreatedAt = Begin.AddSeconds(index), IsOver = true }).ToList();
        var all = Of(new WandbRunSpec(), [.. pods.Select(pod => (pod, (PodReport?)Report(pod, Run(pod, ReportedRunState.Synced, pod.Index == 3 ? 1 : 0))))]);
        var full = RunStatusComputation.Of(all);

        var looked = RunStatusComputation.Of(all with { Previous = Stored(full) });
        var restarted = RunStatusComputation.Of(all with { Previous = Stored(full), Pods = [], Reports = [] });
        var some = RunStatusComputation.Of(all with { Previous = Stored(full), Pods = [.. pods.Take(10)], Reports = [.. all.Reports.Take(10)] });
        var young = Pod(200) with { CreatedAt = Begin.AddHours(2) };
        var grown = RunStatusComputation.Of(
            Of(new WandbRunSpec(), (young, Report(young, Run(young, ReportedRunState.Synced, 0)))) with { Previous = Stored(restarted) });

        Assert.Equal((100, "r-u129-0"), (full.Runs!.Count, full.Runs[0].Id));
        foreach (var status in new[] { full, looked, restarted, some })
            Assert.Equal((130, 130, 129, 1, 1300L), (status.Counts!.Total, status.Counts.Synced, status.Counts.Finished, status.Counts.Failed, status.Counts.RowsRead));
        Assert.Equal((131, 131), (grown.Counts!.Total, grown.Counts.Synced));
        Assert.Equal("True/AllSynced", Conditions(restarted).Split(' ')[3].Split('=')[1]);
    }

    /// <summary>One replica leads on from the other: finished runs never report again, and the one that runs is older than all that the list shows.</summary>
    [Fact]
    public void Old_run_that_ends_under_another_leader_keeps_nobody_waiting()
    {
        var pods = Enumerable.Range(0, 150).Select(index => Pod(index) with { CreatedAt = Begin.AddSeconds(index), IsOver = index != 7 }).ToList();
        var all = Of(new WandbRunSpec { Folds = 150 }, [.. pods.Select(pod => (pod, (PodReport?)Report(pod, Run(pod, pod.IsOver ? ReportedRunState.Synced : ReportedRunState.Running, pod.IsOver ? 0 : null))))]);
        var first = Stored(RunStatusComputation.Of(all));

        var (silent, tally) = RunStatusComputation.Next(all with { Previous = first, Reports = [] });
        var heard = all with { Previous = Stored(silent), Tally = tally, Reports = [Report(pods[7], Run(pods[7], ReportedRunState.Running))] };
        (var running, tally) = RunStatusComputation.Next(heard);
        Assert.All([first, silent, running], status => Assert.Equal((150, 1, 149), (status.Counts!.Total, status.Counts.Running, status.Counts.Synced)));
        var ended = heard with
        {
            Previous = Stored(running),
            Tally = tally,
            Pods = [.. pods.Select(pod => pod with { IsOver = true })],
            Reports = [Report(pods[7], Run(pods[7], ReportedRunState.Synced, 0))],
        };
        (var status, tally) = RunStatusComputation.Next(ended);
        // Its pod and its report are forgotten, and then this replica's memory as well.
        var (later, _) = RunStatusComputation.Next(ended with { Previous = Stored(status), Tally = tally, Pods = [], Reports = [] });
        var again = RunStatusComputation.Of(ended with { Previous = Stored(later), Pods = [], Reports = [] });

        foreach (var over in new[] { status, later, again })
        {
            Assert.Equal((150, 0, 150, 150, 1500L), (over.Counts!.Total, over.Counts.Running, over.Counts.Finished, over.Counts.Synced, over.Counts.RowsRead));
            Assert.Equal("Synced", over.Phase);
            Assert.Contains("Synced=True/AllSynced", Conditions(over), StringComparison.Ordinal);
            Assert.Contains("Finished=True/AllFinished", Conditions(over), StringComparison.Ordinal);
        }
    }

    /// <summary>Its file says nothing for long; then it says that it began before all others.</summary>
    [Fact]
    public void Slow_logger_is_counted_once_when_its_first_block_comes()
    {
        var pods = Enumerable.Range(0, 120).Select(index => Pod(index) with { CreatedAt = Begin.AddSeconds(index) }).ToList();
        var all = Of(new WandbRunSpec(), [.. pods.Select(pod => (pod, (PodReport?)Report(pod, Run(pod, ReportedRunState.Running))))]);
        RunObservation With(ReportedRun first) => all with { Reports = [Report(pods[0], first), .. all.Reports.Skip(1)] };
        var pending = With(Run(pods[0], ReportedRunState.Pending) with { StartedAt = null, RowsRead = 0, RowsAcknowledged = 0 });
        var (before, tally) = RunStatusComputation.Next(pending);

        var (known, _) = RunStatusComputation.Next(all with { Previous = Stored(before), Tally = tally });
        var restarted = RunStatusComputation.Of(all with { Previous = Stored(before) });

        Assert.Equal("r-u0-0", before.Runs![0].Id);
        Assert.All([before, known, restarted], status => Assert.Equal((120, 120), (status.Counts!.Total, status.Counts.Running)));
    }

    /// <summary>Nobody led when they ended: what their pods show is all that is known.</summary>
    [Theory]
    [InlineData(true, 120, 0, 0)]
    [InlineData(false, 119, 1, 3)]
    public void Old_run_whose_pod_ended_unheard_is_proved_by_its_agent_or_lost(bool isProved, int synced, int lost, int rowsLost)
    {
        var pods = Enumerable.Range(0, 120).Select(index => Pod(index) with { CreatedAt = Begin.AddSeconds(index), IsOver = index != 7 }).ToList();
        var all = Of(new WandbRunSpec(), [.. pods.Select(pod => (pod, (PodReport?)Report(pod, Run(pod, pod.IsOver ? ReportedRunState.Synced : ReportedRunState.Running, pod.IsOver ? 0 : null))))]);
        var before = Stored(RunStatusComputation.Of(all));

        var (status, tally) = RunStatusComputation.Next(all with { Previous = before, Pods = [pods[7] with { IsOver = true, IsProved = isProved }], Reports = [] });
        var (later, _) = RunStatusComputation.Next(all with { Previous = Stored(status), Tally = tally, Pods = [], Reports = [] });

        Assert.Equal((120, 0, synced, lost, (long)rowsLost), (status.Counts!.Total, status.Counts.Running, status.Counts.Synced, status.Counts.Lost, status.Counts.RowsLost));
        Assert.Equal(status.Counts, later.Counts);
    }

    /// <summary>Another replica has led in between, and written what this one does not know.</summary>
    [Fact]
    public void What_another_leader_has_written_is_gone_on_from()
    {
        var pods = Enumerable.Range(0, 140).Select(index => Pod(index) with { CreatedAt = Begin.AddSeconds(index), IsOver = true }).ToList();
        RunObservation Some(int count) => Of(new WandbRunSpec(), [.. pods.Take(count).Select(pod => (pod, (PodReport?)Report(pod, Run(pod, ReportedRunState.Synced, 0))))]);
        var (_, tally) = RunStatusComputation.Next(Some(120));
        var other = Stored(RunStatusComputation.Of(Some(140)));

        var (status, _) = RunStatusComputation.Next(Some(120) with { Previous = other, Tally = tally });

        Assert.Equal((140, 140), (status.Counts!.Total, status.Counts.Synced));
    }

    /// <summary>Job and pods are deleted some time after they have ended.</summary>
    [Theory]
    [InlineData("injected", "Finished=True/NoRuns")]
    [InlineData("missed", "Finished=True/NotInjected")]
    [InlineData("one of two folds", "Finished=True/SomeFailed")]
    public void What_has_finished_stays_finished_when_its_Job_is_gone(string what, string expected)
    {
        var pod = Pod(0) with { IsOver = true, IsProved = true, IsInjected = what != "missed" };
        var run = Done(Pod(1), Run(Pod(1), ReportedRunState.Synced, 0));
        var observation = Of(new() { Folds = 2 }, what == "one of two folds" ? [(pod, null), run] : [(pod, null)]) with { Owners = [new("job1", HasEnded: true, Completions: 2)] };
        var before = Stored(RunStatusComputation.Of(observation));

        var later = RunStatusComputation.Of(observation with { Previous = before, Pods = [], Reports = [], Owners = [] });
        var again = RunStatusComputation.Of(observation with { Previous = Stored(later), Owners = [new("job2", HasEnded: false)] });

        Assert.Contains(expected, Conditions(before), StringComparison.Ordinal);
        Assert.Contains(expected, Conditions(later), StringComparison.Ordinal);
        Assert.Equal(before.Phase, later.Phase);
        Assert.Contains("Finished=False", Conditions(again), StringComparison.Ordinal);
    }
}
