using Wandb.Contract;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using static Wandb.Operator.Tests.Runs.Observed;

namespace Wandb.Operator.Tests.Runs;

public sealed class RunStatusTableTests
{
    /// <summary>What is observed, what the status says: phase, then reasons of Injected, BackendReachable, AgentsHealthy, Synced, DataIntact, Finished.</summary>
    private static readonly IReadOnlyDictionary<string, (RunObservation Observation, string Expected)> Cases =
        new Dictionary<string, (RunObservation, string)>(StringComparer.Ordinal)
        {
            ["nothing yet"] = (Of(new()), "Pending Unknown/NoPods Unknown/NotAsked Unknown/NoAgent False/NoRuns Unknown/NoRuns False/NotStarted"),
            ["a pod without a report"] = (Of(new(), (Pod(0), null)), "Running True/AllInjected Unknown/NotAsked Unknown/NoAgent False/NoRuns Unknown/NoRuns False/Running"),
            ["pods ended without a run"] = (
                Of(new(), (Pod(0) with { IsOver = true }, Last(Report(Pod(0))))), "NoRuns True/AllInjected True/Answers Unknown/NoAgent False/NoRuns Unknown/NoRuns True/NoRuns"),
            ["pods ended before their trainers began"] = (
                Of(new(), (Pod(0) with { IsOver = true, HasBegun = false }, null)), "NoRuns True/AllInjected Unknown/NotAsked Unknown/NoAgent False/NoRuns Unknown/NoRuns True/NoRuns"),
            ["none was ever heard"] = (
                Of(new(), (Pod(0) with { IsOver = true }, null), (Pod(1) with { IsOver = true }, null)),
                "PodsNotHeard True/AllInjected Unknown/NotAsked Unknown/NoAgent False/PodsNotHeard Unknown/PodsNotHeard True/PodsNotHeard"),
            ["one of two was never heard"] = (
                WithSynced((Pod(1) with { IsOver = true }, null)),
                "Finished True/AllInjected True/Answers Unknown/NoAgent False/PodsNotHeard Unknown/PodsNotHeard True/AllFinished"),
            ["one of two was never heard, and its agent ended with 0"] = (
                WithSynced((Pod(1) with { IsOver = true, IsProved = true }, null)),
                "Synced True/AllInjected True/Answers Unknown/NoAgent True/AllSynced True/NothingLost True/AllFinished"),
            ["one of two was not heard to its end"] = (
                WithSynced((Pod(1) with { IsOver = true }, Report(Pod(1)))),
                "Finished True/AllInjected True/Answers Unknown/NoAgent False/PodsNotHeard Unknown/PodsNotHeard True/AllFinished"),
            ["one of two had no run"] = (
                WithSynced((Pod(1) with { IsOver = true }, Last(Report(Pod(1))))),
                "Synced True/AllInjected True/Answers Unknown/NoAgent True/AllSynced True/NothingLost True/AllFinished"),
            ["one of two was silenced"] = (
                WithSynced((Pod(1) with { IsOver = true, IsInjected = false, IsSilenced = true }, null)),
                "Synced True/AllInjected True/Answers Unknown/NoAgent True/AllSynced True/NothingLost True/AllFinished"),
            ["one of three was never heard, another runs"] = (
                Of(
                    new(), Done(Pod(0), Run(Pod(0), ReportedRunState.Synced, 0)), (Pod(1) with { IsOver = true }, null),
                    (Pod(2), Report(Pod(2), Run(Pod(2), ReportedRunState.Running)))),
                "Running True/AllInjected True/Answers True/Healthy False/Running Unknown/PodsNotHeard False/Running"),
            ["running"] = (One(ReportedRunState.Running), "Running True/AllInjected True/Answers True/Healthy False/Running True/NothingLost False/Running"),
            ["no way out"] = (
                Of(new(), (Pod(0), Report(Pod(0), BackendState.Unreachable, "no route", Run(Pod(0), ReportedRunState.Buffering)))),
                "Buffering True/AllInjected False/Unreachable True/Healthy False/Buffering True/NothingLost False/Running"),
            ["wrong key at one of two"] = (
                Of(
                    new(),
                    (Pod(0), Report(Pod(0), BackendState.Unreachable, "no route", Run(Pod(0), ReportedRunState.Buffering))),
                    (Pod(1), Report(Pod(1), BackendState.Unauthorized, "key refused", Run(Pod(1), ReportedRunState.Buffering)))),
                "Buffering True/AllInjected False/Unauthorized True/Healthy False/Buffering True/NothingLost False/Running"),
            ["an agent copes"] = (
                Of(new(), (Pod(0), Report(Pod(0), Run(Pod(0), ReportedRunState.Running))), (Pod(1), Hindered(Report(Pod(1), Run(Pod(1), ReportedRunState.Running))))),
                "Running True/AllInjected True/Answers False/Hindered False/Running True/NothingLost False/Running"),
            ["an agent coped to the end of its pod"] = (
                Of(new(), (Pod(0) with { IsOver = true }, Hindered(Report(Pod(0), Run(Pod(0), ReportedRunState.Synced, 0))))),
                "Synced True/AllInjected True/Answers Unknown/NoAgent True/AllSynced True/NothingLost True/AllFinished"),
            ["reports of an agent are too large"] = (
                One(ReportedRunState.Running) with { Refused = new Dictionary<string, DateTimeOffset> { [Pod(0).Uid] = Now } },
                "Running True/AllInjected True/Answers False/ReportsTooLarge False/Running True/NothingLost False/Running"),
            ["synced, pod runs on"] = (One(ReportedRunState.Synced, 0), "Running True/AllInjected True/Answers True/Healthy False/Running True/NothingLost False/Running"),
            ["synced, pod over"] = (Over(ReportedRunState.Synced, 0), "Synced True/AllInjected True/Answers Unknown/NoAgent True/AllSynced True/NothingLost True/AllFinished"),
            ["failed and synced"] = (Over(ReportedRunState.Synced, 1), "Failed True/AllInjected True/Answers Unknown/NoAgent True/AllSynced True/NothingLost True/SomeFailed"),
            ["not all folds there"] = (
                Over(ReportedRunState.Synced, 0) with { Spec = new() { Folds = 5 } },
                "Running True/AllInjected True/Answers Unknown/NoAgent False/Running True/NothingLost False/MoreExpected"),
            ["Job has not ended"] = (
                Over(ReportedRunState.Synced, 1) with { Owners = [new("job1", HasEnded: false)] },
                "Running True/AllInjected True/Answers Unknown/NoAgent False/Running True/NothingLost False/Running"),
            ["Job is suspended before it began"] = (
                Of(new()) with { Owners = [new("job1", HasEnded: false, IsSuspended: true)] },
                "Suspended Unknown/NoPods Unknown/NotAsked Unknown/NoAgent False/NoRuns Unknown/NoRuns False/Suspended"),
            ["Job is suspended, its pod is gone with all rows sent"] = (
                Over(ReportedRunState.Synced, 143) with { Owners = [new("job1", HasEnded: false, IsSuspended: true)] },
                "Suspended True/AllInjected True/Answers Unknown/NoAgent False/Running True/NothingLost False/Suspended"),
            ["Job is suspended, its pod still ends"] = (
                One(ReportedRunState.Running) with { Owners = [new("job1", HasEnded: false, IsSuspended: true)] },
                "Running True/AllInjected True/Answers True/Healthy False/Running True/NothingLost False/Running"),
            ["one Job is suspended, another goes on"] = (
                Over(ReportedRunState.Synced, 0) with { Owners = [new("job1", HasEnded: false, IsSuspended: true), new("job2", HasEnded: false)] },
                "Running True/AllInjected True/Answers Unknown/NoAgent False/Running True/NothingLost False/Running"),
            ["one Job is suspended, another has ended"] = (
                Over(ReportedRunState.Synced, 0) with { Owners = [new("job1", HasEnded: false, IsSuspended: true), new("job2", HasEnded: true)] },
                "Suspended True/AllInjected True/Answers Unknown/NoAgent False/Running True/NothingLost False/Suspended"),
            ["no pod was injected, and their Job is suspended"] = (
                Of(new(), (Missed(0), null)) with { Owners = [new("job1", HasEnded: false, IsSuspended: true)] },
                "Suspended False/SomeMissed Unknown/NotAsked Unknown/NoAgent False/NoRuns Unknown/NoRuns False/Suspended"),
            ["Job is suspended, and rows went with its pod"] = (
                Over(ReportedRunState.Running) with { Owners = [new("job1", HasEnded: false, IsSuspended: true)] },
                "DataLost True/AllInjected True/Answers Unknown/NoAgent False/DataLost False/VolumeGone False/Suspended"),
            ["buffering on a volume that went"] = (
                Over(ReportedRunState.Buffering), "DataLost True/AllInjected True/Answers Unknown/NoAgent False/DataLost False/VolumeGone True/SomeFailed"),
            ["running on a volume that went"] = (
                Over(ReportedRunState.Running), "DataLost True/AllInjected True/Answers Unknown/NoAgent False/DataLost False/VolumeGone True/SomeFailed"),
            ["buffering on a claim"] = (
                Over(ReportedRunState.Buffering, 0, isStorageKept: true),
                "Buffering True/AllInjected True/Answers Unknown/NoAgent False/Buffering True/NothingLost True/AllFinished"),
            ["nobody sends"] = (Unsent(Pod(0)), "Buffering True/AllInjected Unknown/NotAsked True/Healthy False/Buffering True/NothingLost False/Running"),
            ["nobody sent, on a volume that went"] = (
                Unsent(Pod(0) with { IsOver = true }, 0), "DataLost True/AllInjected Unknown/NotAsked Unknown/NoAgent False/DataLost False/VolumeGone True/AllFinished"),
            ["nobody sent, on a claim"] = (
                Unsent(Pod(0) with { IsOver = true, IsStorageKept = true }, 0),
                "Buffering True/AllInjected Unknown/NotAsked Unknown/NoAgent False/Buffering True/NothingLost True/AllFinished"),
            ["something was refused"] = (
                Over(ReportedRunState.Incomplete, 0, isStorageKept: true),
                "Finished True/AllInjected True/Answers Unknown/NoAgent False/Incomplete False/Incomplete True/AllFinished"),
            ["nobody knows how it ended"] = (
                Over(ReportedRunState.Unfinished), "Failed True/AllInjected True/Answers Unknown/NoAgent False/Unfinished True/NothingLost True/SomeFailed"),
            ["the SDK uploads"] = (
                Over(ReportedRunState.Observed, 0), "Finished True/AllInjected True/Answers Unknown/NoAgent Unknown/UploadedBySdk Unknown/UploadedBySdk True/AllFinished"),
            ["a pod was not injected"] = (
                Of(new(), (Pod(0) with { IsInjected = false }, null)),
                "Pending False/SomeMissed Unknown/NotAsked Unknown/NoAgent False/NoRuns Unknown/NoRuns False/NotStarted"),
            ["no pod was injected, and their Job is complete"] = (
                Of(new(), (Missed(0), null), (Missed(1), null)) with { Owners = [new("job1", HasEnded: true)] },
                "NotInjected False/SomeMissed Unknown/NotAsked Unknown/NoAgent False/NoRuns Unknown/NoRuns True/NotInjected"),
            ["no pod was injected, and their Job goes on"] = (
                Of(new(), (Missed(0), null)) with { Owners = [new("job1", HasEnded: false)] },
                "Pending False/SomeMissed Unknown/NotAsked Unknown/NoAgent False/NoRuns Unknown/NoRuns False/NotStarted"),
            ["of a pod that admission never saw nobody knows the end"] = (
                Of(new(), (Missed(0), null)) with { Unseen = [new() { Run = new("ns", "r"), Name = "unseen" }] },
                "Pending False/SomeMissed Unknown/NotAsked Unknown/NoAgent False/NoRuns Unknown/NoRuns False/NotStarted"),
            ["a fold never began, and its Job failed"] = (
                WithoutRun(1) with { Owners = [new("job1", HasEnded: true, Completions: 2)] },
                "Failed True/AllInjected True/Answers Unknown/NoAgent True/AllSynced True/NothingLost True/SomeFailed"),
            ["no fold began, and their Job failed"] = (
                Of(new() { Folds = 2 }, (Pod(0) with { IsOver = true, IsProved = true }, Last(Report(Pod(0))))) with { Owners = [new("job1", HasEnded: true, Completions: 2)] },
                "NoRuns True/AllInjected True/Answers Unknown/NoAgent False/NoRuns Unknown/NoRuns True/NoRuns"),
            ["a fold has not begun, and its Job goes on"] = (
                WithoutRun(1) with { Owners = [new("job1", HasEnded: false, Completions: 2)] },
                "Running True/AllInjected True/Answers Unknown/NoAgent False/Running True/NothingLost False/Running"),
            ["one Job for each fold, and one of them is not there yet"] = (
                WithoutRun(1) with { Owners = [new("job1", HasEnded: true, Completions: 1), new("job2", HasEnded: true)] },
                "Running True/AllInjected True/Answers Unknown/NoAgent False/Running True/NothingLost False/MoreExpected"),
            ["failed, then finished"] = (
                Of(
                    new() { Folds = 1 },
                    (Pod(0) with { IsOver = true, HasFailed = true }, Report(Pod(0), Run(Pod(0), ReportedRunState.Synced, 1))),
                    (Pod(0, 1) with { IsOver = true }, Report(Pod(0, 1), Run(Pod(0, 1), ReportedRunState.Synced, 0)))),
                "Synced True/AllInjected True/Answers Unknown/NoAgent True/AllSynced True/NothingLost True/AllFinished"),
        };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Observation_gives_its_status(string name)
    {
        var (observation, expected) = Cases[name];

        var status = RunStatusComputation.Of(observation);

        Assert.Equal(expected, $"{status.Phase} {string.Join(' ', status.Conditions!.Select(condition => $"{condition.Status}/{condition.Reason}"))}");
        Assert.All(status.Conditions!, condition => Assert.NotEmpty(condition.Message));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_observation_gives_the_same_bytes_whatever_the_order(string name)
    {
        var observation = Cases[name].Observation;
        var turned = observation with { Pods = [.. observation.Pods.Reverse()], Reports = [.. observation.Reports.Reverse()] };

        Assert.Equal(Text(RunStatusComputation.Of(observation)), Text(RunStatusComputation.Of(turned)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Status_that_was_stored_is_not_changed_by_looking_again_later(string name)
    {
        var observation = Cases[name].Observation;
        var first = RunStatusComputation.Of(observation);

        var again = RunStatusComputation.Of(observation with { Previous = Stored(first), Now = Now.AddMinutes(5) });

        Assert.Equal(Text(first), Text(again));
    }

    /// <summary>The operator was started anew, and no agent has reported yet.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Restart_of_the_operator_loses_and_flips_nothing(string name)
    {
        var observation = Cases[name].Observation;
        var first = RunStatusComputation.Of(observation);

        var again = RunStatusComputation.Of(observation with { Previous = Stored(first), Reports = [], Now = Now.AddMinutes(5) });

        Assert.Equal(Text(first), Text(again));
    }

    [Theory]
    [InlineData(ReportedRunState.Running, "Synced", 0)]
    [InlineData(ReportedRunState.Buffering, "Synced", 0)]
    [InlineData(ReportedRunState.Incomplete, "Lost", 10)]
    public void Agent_that_ended_well_has_proved_everything_although_its_last_report_did_not_come(ReportedRunState state, string expected, int lost)
    {
        var pod = Pod(0) with { IsOver = true, IsProved = true };
        var run = Run(Pod(0), state, 0) with { RowsRead = 100, RowsAcknowledged = 90, RecordsLost = 0 };

        var entry = Assert.Single(RunStatusComputation.Of(Of(new WandbRunSpec(), (pod, Report(Pod(0), run)))).Runs!);

        Assert.Equal((expected, lost), (entry.State, entry.RowsLost));
    }

    private static RunObservation One(ReportedRunState state, int? exitCode = null) =>
        Of(new WandbRunSpec(), (Pod(0), Report(Pod(0), Run(Pod(0), state, exitCode) with { LagSeconds = state == ReportedRunState.Running ? 12.5 : 0 })));

    /// <summary>Beside a pod whose run is proved.</summary>
    private static RunObservation WithSynced((PodObservation Pod, PodReport? Report) other) => Of(new WandbRunSpec(), Done(Pod(0), Run(Pod(0), ReportedRunState.Synced, 0)), other);

    private static PodObservation Missed(int index) => Pod(index) with { IsOver = true, IsInjected = false };

    /// <summary>Two folds; the pod of one has ended before it had a run.</summary>
    private static RunObservation WithoutRun(int index) =>
        WithSynced((Pod(index) with { IsOver = true, HasFailed = true, IsProved = true }, Last(Report(Pod(index))))) with { Spec = new() { Folds = 2 } };

    /// <summary>What the agent tells with the sync policy Manual.</summary>
    private static RunObservation Unsent(PodObservation pod, int? exitCode = null) =>
        Of(new WandbRunSpec(), (pod, Report(pod, BackendState.Unknown, "", Run(pod, ReportedRunState.Buffering, exitCode) with { RowsAcknowledged = 0, Message = "it waits in its file" })));

    private static RunObservation Over(ReportedRunState state, int? exitCode = null, bool isStorageKept = false) =>
        Of(new WandbRunSpec(), (Pod(0) with { IsOver = true, IsStorageKept = isStorageKept }, Report(Pod(0), Run(Pod(0), state, exitCode))));
}
