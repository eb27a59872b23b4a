using Wandb.Contract;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using static Wandb.Operator.Tests.Runs.Observed;

namespace Wandb.Operator.Tests.Runs;

/// <summary>Pod 0 has proved its run; pod 1 has ended, and no word of its agent has come.</summary>
public sealed class UnprovedPodsTests
{
    private static readonly PodObservation Silent = Pod(1) with { IsOver = true };

    private static readonly RunObservation OneSilent = Of(new(), Done(Pod(0), Run(Pod(0), ReportedRunState.Synced, 0)), (Silent, null));

    [Fact]
    public void Pod_that_nobody_heard_is_named_with_where_to_look()
    {
        var status = RunStatusComputation.Of(OneSilent);

        Assert.Equal([new UnprovedEntry { PodUid = Silent.Uid, Pod = Silent.Name, Index = 1, Time = Silent.CreatedAt }], status.Unproved!);
        foreach (var type in new[] { ConditionTypes.Synced, ConditionTypes.DataIntact })
        {
            Assert.Equal(
                "1 pod ended without a last word of its agent, and may have written what is not on the server: train-1-bbbbb; NetworkPolicy, DNS and the agent's log may tell why",
                Message(status, type));
        }
    }

    [Fact]
    public void It_is_remembered_when_pods_Job_and_operator_are_gone()
    {
        var status = RunStatusComputation.Of(OneSilent);

        var later = RunStatusComputation.Of(OneSilent with { Previous = Stored(status), Pods = [], Reports = [] });

        Assert.Equal(Text(status), Text(later));
    }

    [Theory]
    [InlineData(ReportedRunState.Synced, "Synced=True/AllSynced DataIntact=True/NothingLost")]
    [InlineData(ReportedRunState.Unfinished, "Synced=False/Unfinished DataIntact=True/NothingLost")]
    public void Word_that_comes_late_counts(ReportedRunState state, string expected)
    {
        var before = Stored(RunStatusComputation.Of(OneSilent));

        var status = RunStatusComputation.Of(OneSilent with { Previous = before, Reports = [.. OneSilent.Reports, Last(Report(Silent, Run(Silent, state, 0)))] });

        Assert.Contains(expected, Conditions(status), StringComparison.Ordinal);
        Assert.Empty(status.Unproved!);
    }

    [Fact]
    public void Exit_status_that_comes_late_counts()
    {
        var before = Stored(RunStatusComputation.Of(OneSilent));

        var status = RunStatusComputation.Of(OneSilent with { Previous = before, Pods = [OneSilent.Pods[0], Silent with { IsProved = true }] });

        Assert.Equal("Synced", status.Phase);
        Assert.Empty(status.Unproved!);
    }

    /// <summary>The agent of pod 1 said that there was nothing, and was not asked again: it is the operator that was started anew.</summary>
    [Fact]
    public void That_there_was_no_run_is_known_after_a_restart_while_others_run()
    {
        var running = OneSilent with
        {
            Pods = [Pod(0), Silent],
            Reports = [Report(Pod(0), Run(Pod(0), ReportedRunState.Running)), Last(Report(Silent))],
        };
        var before = Stored(RunStatusComputation.Of(running));

        var status = RunStatusComputation.Of(OneSilent with { Previous = before });

        Assert.Equal("Synced", status.Phase);
    }

    /// <summary>The claim has a directory of the pod, and a later pod uploads it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Drain_proves_what_a_pod_left_that_nobody_heard(bool isStillThere)
    {
        var before = Stored(RunStatusComputation.Of(OneSilent));
        var run = Run(Silent, ReportedRunState.Synced, 0) with { Container = "", File = $"/wandb-operator/runs/{Silent.Name}/wandb/offline-run-20260301_100000-r/run-r.wandb" };
        var drain = Report(Pod(9) with { Name = "drain" }, run) with { ReceivedAt = Begin.AddMinutes(50) };
        var draining = OneSilent with { Previous = before, Drains = [drain], Pods = isStillThere ? OneSilent.Pods : [], Reports = [] };

        var status = RunStatusComputation.Of(draining);
        var later = RunStatusComputation.Of(draining with { Previous = Stored(status), Drains = [] });

        Assert.Equal("Synced", status.Phase);
        Assert.Equal((2, 2), (status.Counts!.Total, status.Counts.Synced));
        var entry = status.Runs!.Single(entry => entry.Pod == Silent.Name);
        Assert.Equal((Silent.Uid, 1, "Synced"), (entry.PodUid, entry.Index, entry.State));
        Assert.Equal(Text(status), Text(later));
    }

    [Fact]
    public void Drain_does_not_make_runs_of_pods_that_are_not_waited_for()
    {
        var stranger = Run(Pod(2), ReportedRunState.Synced, 0) with { File = $"/wandb-operator/runs/{Pod(2).Name}/wandb/run-r.wandb" };

        var status = RunStatusComputation.Of(OneSilent with { Previous = Stored(RunStatusComputation.Of(OneSilent)), Drains = [Report(Pod(9) with { Name = "drain" }, stranger)] });

        Assert.Equal(1, status.Counts!.Total);
    }

    /// <summary>Runs of 30 pods are not in the list of the status, and their agents never report again.</summary>
    [Fact]
    public void Pods_whose_runs_the_list_does_not_show_are_none_of_them_after_a_restart()
    {
        var pods = Enumerable.Range(0, 130).Select(index => Pod(index) with { CreatedAt = Begin.AddSeconds(index), IsOver = true }).ToList();
        var all = Of(new WandbRunSpec(), [.. pods.Select(pod => (pod, (PodReport?)Report(pod, Run(pod, ReportedRunState.Synced, 0))))]);
        var before = Stored(RunStatusComputation.Of(all));

        var (restarted, tally) = RunStatusComputation.Next(all with { Previous = before, Reports = [] });
        var (later, _) = RunStatusComputation.Next(all with { Previous = Stored(restarted), Tally = tally, Reports = [] });
        var young = Pod(200) with { IsOver = true };
        var (grown, _) = RunStatusComputation.Next(all with { Previous = Stored(restarted), Tally = tally, Reports = [], Pods = [.. pods, young] });

        foreach (var status in new[] { before, restarted, later })
        {
            Assert.Empty(status.Unproved!);
            Assert.Contains("Synced=True/AllSynced DataIntact=True/NothingLost", Conditions(status), StringComparison.Ordinal);
        }
        Assert.Equal([young.Uid], grown.Unproved!.Select(entry => entry.PodUid));
        Assert.Contains("Synced=False/PodsNotHeard", Conditions(grown), StringComparison.Ordinal);
    }

    /// <summary>What it said before is known, and what it wanted to say last is not.</summary>
    [Fact]
    public void Pod_whose_last_report_was_too_large_may_have_had_more_runs_than_are_known()
    {
        var refused = Done(Pod(1), Run(Pod(1), ReportedRunState.Synced, 0));
        var observation = Of(new(), Done(Pod(0), Run(Pod(0), ReportedRunState.Synced, 0)), refused) with
        {
            Refused = new Dictionary<string, DateTimeOffset> { [Pod(1).Uid] = Begin.AddMinutes(40) },
        };

        var status = RunStatusComputation.Of(observation);
        var forgotten = RunStatusComputation.Of(observation with { Previous = Stored(status), Pods = [], Reports = [], Refused = new Dictionary<string, DateTimeOffset>() });
        var proved = RunStatusComputation.Of(observation with { Pods = [observation.Pods[0], observation.Pods[1] with { IsProved = true }] });
        var drain = Report(Pod(9) with { Name = "drain" }, Run(Pod(1), ReportedRunState.Synced, 0) with { File = $"/wandb-operator/runs/{Pod(1).Name}/wandb/run-r.wandb" }) with { ReceivedAt = Begin.AddMinutes(50) };
        var drained = RunStatusComputation.Of(observation with { Previous = Stored(status), Drains = [drain] });
        var later = RunStatusComputation.Of(observation with { Previous = Stored(drained) });

        Assert.Equal([(Pod(1).Uid, Begin.AddMinutes(40))], status.Unproved!.Select(entry => (entry.PodUid, entry.RefusedAt!.Value)));
        Assert.Equal(2, status.Counts!.Synced);
        Assert.Contains("Synced=False/PodsNotHeard DataIntact=Unknown/PodsNotHeard", Conditions(status), StringComparison.Ordinal);
        Assert.Equal(Text(status), Text(forgotten));
        Assert.All([proved, drained, later], one => Assert.Contains("Synced=True/AllSynced DataIntact=True/NothingLost", Conditions(one), StringComparison.Ordinal));
    }

    /// <summary>Its node was lost, and its Job had the work done again.</summary>
    [Theory]
    [InlineData("", "Synced Synced=True/LaterAttemptsSynced DataIntact=Unknown/PodsNotHeard Finished=True/AllFinished")]
    [InlineData("it goes on", "Running Synced=False/Running DataIntact=Unknown/PodsNotHeard Finished=False/Running")]
    [InlineData("it failed", "Failed Synced=False/PodsNotHeard DataIntact=Unknown/PodsNotHeard Finished=True/SomeFailed")]
    [InlineData("it was taken away", "Finished Synced=False/PodsNotHeard DataIntact=Unknown/PodsNotHeard Finished=True/AllFinished")]
    [InlineData("its run is not proved", "Finished Synced=False/Unfinished DataIntact=Unknown/PodsNotHeard Finished=True/AllFinished")]
    [InlineData("it had no run", "Finished Synced=False/PodsNotHeard DataIntact=Unknown/PodsNotHeard Finished=True/AllFinished")]
    [InlineData("another index", "Finished Synced=False/PodsNotHeard DataIntact=Unknown/PodsNotHeard Finished=True/AllFinished")]
    [InlineData("another Job", "Finished Synced=False/PodsNotHeard DataIntact=Unknown/PodsNotHeard Finished=True/AllFinished")]
    [InlineData("it is older", "Finished Synced=False/PodsNotHeard DataIntact=Unknown/PodsNotHeard Finished=True/AllFinished")]
    [InlineData("nothing tells pods apart", "Finished Synced=False/PodsNotHeard DataIntact=Unknown/PodsNotHeard Finished=True/AllFinished")]
    public void Later_attempt_that_ended_well_with_proved_runs_stands_for_a_pod_that_nobody_heard(string difference, string expected)
    {
        var again = Pod(1, 1) with { IsOver = true };
        var run = Run(again, ReportedRunState.Synced, 0);
        (again, run) = difference switch
        {
            "it goes on" => (again with { IsOver = false }, run),
            "it failed" => (again with { HasFailed = true }, run with { ExitCode = 1 }),
            "it was taken away" => (again with { HasFailed = true }, run),
            "its run is not proved" => (again, run with { State = ReportedRunState.Unfinished }),
            "it had no run" => (again with { IsProved = true }, run),
            "another index" => (again with { Index = 2 }, run),
            "another Job" => (again with { OwnerUid = "job2" }, run),
            "it is older" => (again with { CreatedAt = Begin.AddMinutes(-1) }, run),
            _ => (again, run),
        };
        var report = difference == "it had no run" ? Last(Report(again)) : Last(Report(again, run));
        var observation = OneSilent with
        {
            Pods = [.. OneSilent.Pods, again],
            Reports = [.. OneSilent.Reports, report],
            Owners = [new("job1", HasEnded: true, TellsPodsApart: difference != "nothing tells pods apart")],
        };

        var status = RunStatusComputation.Of(observation);
        var later = RunStatusComputation.Of(observation with { Previous = Stored(status), Pods = [.. observation.Pods.Where(pod => !pod.IsOver)], Owners = [] });

        Assert.All([status, later], one => Assert.Equal(expected, $"{one.Phase} {string.Join(' ', Conditions(one).Split(' ')[^3..])}"));
        Assert.Equal([(Silent.Uid, difference.Length == 0 ? again.Name : null)], status.Unproved!.Select(entry => (entry.PodUid, entry.RepeatedBy)));
        Assert.Equal(Text(status), Text(later));
    }

    /// <summary>A retry may take hours, and the pod before it is forgotten after minutes.</summary>
    [Fact]
    public void Pod_that_was_forgotten_before_its_work_was_done_again_is_known_by_its_Job()
    {
        var owners = new OwnerObservation("job1", HasEnded: false, TellsPodsApart: true);
        var before = Stored(RunStatusComputation.Of(OneSilent with { Owners = [owners] }));
        var again = Done(Pod(1, 1), Run(Pod(1, 1), ReportedRunState.Synced, 0));
        var ended = Of(new(), Done(Pod(0), Run(Pod(0), ReportedRunState.Synced, 0)), again) with { Previous = before, Owners = [owners with { HasEnded = true }] };

        var status = RunStatusComputation.Of(ended);

        Assert.Equal(
            "all of 2 runs is on the server, with receipts; of 1 pod that nobody heard, train-1-bbbbb, a later attempt has done the work again, and it may have written what is not there",
            Message(status, ConditionTypes.Synced));
        Assert.Equal("train-1-ccccc", Assert.Single(status.Unproved!).RepeatedBy);
    }

    /// <summary>What it wrote is on a claim, and somebody begins to upload it.</summary>
    [Fact]
    public void Run_that_turns_up_later_counts_as_any_other()
    {
        var again = Done(Pod(1, 1), Run(Pod(1, 1), ReportedRunState.Synced, 0));
        var observation = OneSilent with { Pods = [OneSilent.Pods[0], Silent with { IsStorageKept = true }, again.Pod], Reports = [.. OneSilent.Reports, again.Report!], Owners = [new("job1", true, TellsPodsApart: true)] };
        var before = Stored(RunStatusComputation.Of(observation));
        var run = Run(Silent, ReportedRunState.Buffering) with { Container = "", File = $"/wandb-operator/runs/{Silent.Name}/wandb/run-r.wandb" };

        var status = RunStatusComputation.Of(observation with { Previous = before, Drains = [Report(Pod(9) with { Name = "drain" }, run) with { ReceivedAt = Begin.AddMinutes(50) }] });

        Assert.Equal("Synced", before.Phase);
        Assert.Contains("Synced=False/Buffering", Conditions(status), StringComparison.Ordinal);
        Assert.Empty(status.Unproved!);
    }

    [Fact]
    public void List_is_bounded_and_keeps_those_that_were_never_heard()
    {
        var told = Enumerable.Range(0, 100).Select(index => (Pod(index) with { IsOver = true, CreatedAt = Begin.AddHours(1) }, (PodReport?)Last(Report(Pod(index)))));
        var silent = Pod(100) with { IsOver = true };

        var status = RunStatusComputation.Of(Of(new WandbRunSpec(), [.. told, (silent, null)]));

        Assert.Equal(UnprovedPods.MaxEntries, status.Unproved!.Count);
        Assert.Equal([silent.Uid], status.Unproved.Where(entry => entry.ReportedAt is null).Select(entry => entry.PodUid));
    }

    private static string Message(WandbRunStatus status, string type) => status.Conditions!.Single(condition => condition.Type == type).Message;
}
