using Wandb.Contract;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>What a rule says: status, one word, one sentence.</summary>
internal sealed record Verdict(string Status, string Reason, string Message);

/// <summary>
/// Conditions of a WandbRun: for each an ordered list of rules, the first that applies decides, the last always does. No sentence has a time
/// or a figure in it that changes while nothing happens.
/// </summary>
internal static class RunStatusRules
{
    private const string True = "True";
    private const string False = "False";
    private const string Unknown = "Unknown";
    private const string NotAsked = "NotAsked";
    private const string NoAgent = "NoAgent";
    private const string NotHeard = "PodsNotHeard";

    public static readonly IReadOnlyList<(string Type, IReadOnlyList<Func<RunStatusFacts, Verdict?>> Rules)> All =
    [
        (ConditionTypes.Injected, [SomeMissed, NoPods, AllInjected]),
        (ConditionTypes.BackendReachable, [BackendRefuses, BackendAnswers, BackendLastWord, BackendAsBefore, BackendNotAsked]),
        (ConditionTypes.AgentsHealthy, [AgentsRefused, AgentsHindered, AgentsWell, AgentsAsBefore, NoAgentTells]),
        (ConditionTypes.Synced, [NoRunsToSync, SyncLost, SyncIncomplete, SyncBuffering, SyncGoesOn, SyncUnfinished, SyncObserved, SyncNotHeard, LaterAttemptsSynced, AllSynced]),
        (ConditionTypes.DataIntact, [NoRunsToLose, SomeLost, SomeRefused, OthersUpload, SomeNotHeard, NothingLost]),
        (ConditionTypes.Finished, [JobsSuspended, NoneInjected, OverAsBefore, NotStarted, StillRunning, MoreExpected, NoneHeard, NoneBegun, SomeFailed, SomeWithoutRun, AllFinished]),
    ];

    public static Verdict Of(IReadOnlyList<Func<RunStatusFacts, Verdict?>> rules, RunStatusFacts facts) =>
        rules.Select(rule => rule(facts)).First(verdict => verdict is not null)!;

    private static Verdict? SomeMissed(RunStatusFacts facts) => facts.Missed.Count == 0
        ? null
        : new(False, "SomeMissed", $"{Number(facts.Missed.Count, "pod")} asked and {(facts.Missed.Count == 1 ? "was" : "were")} not injected; {facts.Missed[0].Pod}: {facts.Missed[0].Message}");

    private static Verdict? NoPods(RunStatusFacts facts) => facts.InjectedPods == 0 && facts.Total == 0
        ? new(Unknown, "NoPods", "no pod has asked for this WandbRun yet")
        : null;

    private static Verdict? AllInjected(RunStatusFacts facts) => new(True, "AllInjected", "every pod that asked was injected");

    private static Verdict? BackendRefuses(RunStatusFacts facts) => Refusal(ActiveBackends(facts));

    private static Verdict? BackendAnswers(RunStatusFacts facts) => Answer(ActiveBackends(facts));

    /// <summary>Nobody asks it now: the newest word of a pod that is over, unless the status has a newer one.</summary>
    private static Verdict? BackendLastWord(RunStatusFacts facts)
    {
        var last = facts.Observation.Reports.Concat(facts.Observation.Drains).OrderByDescending(report => report.ReceivedAt).ThenBy(report => report.Pod.Uid, StringComparer.Ordinal).FirstOrDefault();
        var isOld = (facts.Observation.Previous?.Runs ?? []).Any(run => run.ReportedAt > last?.ReceivedAt);
        return last is null || isOld ? null : Refusal([last.Report.Backend]) ?? Answer([last.Report.Backend]);
    }

    /// <summary>What was last known stands, also after a restart of the operator.</summary>
    private static Verdict? BackendAsBefore(RunStatusFacts facts) => Before(facts, ConditionTypes.BackendReachable, NotAsked);

    private static Verdict? BackendNotAsked(RunStatusFacts facts) => new(Unknown, NotAsked, "no agent has asked the server yet");

    private static Verdict? Refusal(IEnumerable<BackendReport> backends) => backends
        .Where(backend => backend.State is not (BackendState.Reachable or BackendState.Unknown))
        // What a person has to put right goes before what may come back by itself.
        .OrderByDescending(backend => backend.State)
        .ThenBy(backend => backend.Reason, StringComparer.Ordinal)
        .Select(backend => new Verdict(
            False, backend.State.ToString(), $"{backend.BaseUrl} does not take what is sent: {(backend.Reason.Length > 0 ? backend.Reason : backend.State.ToString())}"))
        .FirstOrDefault();

    private static Verdict? Answer(IEnumerable<BackendReport> backends) => backends
        .Where(backend => backend.State == BackendState.Reachable)
        .OrderBy(backend => backend.BaseUrl.AbsoluteUri, StringComparer.Ordinal)
        .Select(backend => new Verdict(True, "Answers", $"{backend.BaseUrl} takes what is sent"))
        .FirstOrDefault();

    private static Verdict? AgentsRefused(RunStatusFacts facts) =>
        facts.Observation.Pods.Where(pod => !pod.IsOver && facts.Observation.Refused.ContainsKey(pod.Uid)).OrderBy(pod => pod.Name, StringComparer.Ordinal).ToList() is { Count: > 0 } refused
            ? new(
                False, "ReportsTooLarge",
                $"reports of {Number(refused.Count, "agent")} are too large to be taken, and the status keeps what {(refused.Count == 1 ? "it" : "they")} said before; fewer runs in one pod, or fewer summaryMetrics, are less: {refused[0].Name}")
            : null;

    /// <summary>Of agents that run: with its pod, what hindered an agent is over.</summary>
    private static Verdict? AgentsHindered(RunStatusFacts facts) =>
        ActiveReports(facts).Where(report => report.Report.Problems.Count > 0).OrderBy(report => report.Pod.Name, StringComparer.Ordinal).ToList() is { Count: > 0 } hindered
            ? new(
                False, "Hindered",
                $"{Number(hindered.Count, "agent")} {(hindered.Count == 1 ? "copes" : "cope")} with something; in pod {hindered[0].Pod.Name}: {string.Join("; ", hindered[0].Report.Problems)}")
            : null;

    private static Verdict? AgentsWell(RunStatusFacts facts) => ActiveReports(facts).Any() ? new(True, "Healthy", "no agent tells of a problem") : null;

    /// <summary>After a restart of the operator what was last known stands until an agent reports.</summary>
    private static Verdict? AgentsAsBefore(RunStatusFacts facts) => facts.ActivePods > 0 ? Before(facts, ConditionTypes.AgentsHealthy, NoAgent) : null;

    private static Verdict? NoAgentTells(RunStatusFacts facts) => new(Unknown, NoAgent, "no agent runs, or none has reported yet");

    private static Verdict? NoRunsToSync(RunStatusFacts facts) => facts is { Total: 0, Unheard.Count: 0 } ? new(False, "NoRuns", "there is no run yet") : null;

    private static Verdict? SyncLost(RunStatusFacts facts) => facts.Counts.Lost > 0
        ? new(False, "DataLost", facts.Counts.RowsLost > 0
            ? $"{Number(facts.Counts.Lost.Value, "run")} went away with {Rows(facts)} that the server does not have"
            : $"{Number(facts.Counts.Lost.Value, "run")} went away before all of it was on the server")
        : null;

    private static Verdict? SyncIncomplete(RunStatusFacts facts) => facts.In(ReportedRunState.Incomplete) is { Count: > 0 } runs
        ? new(False, "Incomplete", $"something of {Number(runs.Count, "run")} is not on the server; {runs[0].Id}: {runs[0].Message ?? "no reason told"}")
        : null;

    private static Verdict? SyncBuffering(RunStatusFacts facts) => facts.Counts.Buffering > 0
        ? new(
            False, "Buffering",
            $"{Number(facts.Counts.Buffering.Value, "run")} cannot be sent now; the run files keep everything"
            + (facts.In(ReportedRunState.Buffering).FirstOrDefault(run => run.Message is not null) is { } told ? $"; {told.Id}: {told.Message}" : ""))
        : null;

    private static Verdict? SyncGoesOn(RunStatusFacts facts) =>
        facts.HasMoreToCome || facts.In(ReportedRunState.Finishing).Count > 0
            ? new(False, "Running", "runs are being written, sent or expected")
            : null;

    private static Verdict? SyncUnfinished(RunStatusFacts facts) => facts.In(ReportedRunState.Unfinished) is { Count: > 0 } runs
        ? new(False, "Unfinished", $"{Number(runs.Count, "run")} {(runs.Count == 1 ? "is" : "are")} on the server as far as the file goes, and open there: how the writer ended is not known")
        : null;

    private static Verdict? SyncObserved(RunStatusFacts facts) => facts.In(ReportedRunState.Observed) is { Count: > 0 } runs
        ? new(Unknown, "UploadedBySdk", $"{Number(runs.Count, "run")} {(runs.Count == 1 ? "was" : "were")} uploaded by the SDK itself, which leaves no proof")
        : null;

    private static Verdict? SyncNotHeard(RunStatusFacts facts) => facts.Missing.Count > 0 ? new(False, NotHeard, Unheard(facts.Missing)) : null;

    /// <summary>What a pod left that nobody heard is not known; that its work is on the server is.</summary>
    private static Verdict? LaterAttemptsSynced(RunStatusFacts facts) => facts.Counts.Synced == facts.Total && facts.Unheard is { Count: > 0 } pods
        ? new(
            True, "LaterAttemptsSynced",
            $"all of {Number(facts.Total, "run")} is on the server, with receipts; of {Number(pods.Count, "pod")} that nobody heard, {pods[0].Pod}{(pods.Count == 1 ? "" : " and others")}, "
            + $"{(pods.Count == 1 ? "a later attempt has" : "later attempts have")} done the work again, and {(pods.Count == 1 ? "it" : "they")} may have written what is not there")
        : null;

    // The last word is not success unless the proof is counted: a state of the future is none of the above.
    private static Verdict? AllSynced(RunStatusFacts facts) => facts.Counts.Synced == facts.Total
        ? new(True, "AllSynced", $"all of {Number(facts.Total, "run")} is on the server, with receipts")
        : new(False, "NotProven", $"{facts.Counts.Synced} of {Number(facts.Total, "run")} are on the server with receipts");

    private static Verdict? NoRunsToLose(RunStatusFacts facts) => facts is { Total: 0, Unheard.Count: 0 } ? new(Unknown, "NoRuns", "there is no run yet") : null;

    private static Verdict? SomeLost(RunStatusFacts facts) => facts.Counts.Lost > 0 || facts.Counts.RowsLost > 0
        ? new(False, facts.Counts.Lost > 0 ? "VolumeGone" : "Damaged", facts.Counts.RowsLost > 0
            ? $"{Rows(facts)} {(facts.Counts.RowsLost == 1 ? "is" : "are")} lost; {LostRun(facts)}"
            : LostRun(facts))
        : null;

    private static Verdict? SomeRefused(RunStatusFacts facts) => facts.In(ReportedRunState.Incomplete) is { Count: > 0 } runs
        ? new(False, "Incomplete", $"{runs[0].Id}: {runs[0].Message ?? "something is not on the server"}")
        : null;

    private static Verdict? OthersUpload(RunStatusFacts facts) => facts.In(ReportedRunState.Observed) is { Count: > 0 } runs && runs.Count == facts.Total
        ? new(Unknown, "UploadedBySdk", "the SDK uploads; the agent does not see what the server has")
        : null;

    private static Verdict? SomeNotHeard(RunStatusFacts facts) => facts.Unheard.Count > 0 ? new(Unknown, NotHeard, Unheard(facts.Unheard)) : null;

    private static Verdict? NothingLost(RunStatusFacts facts) => new(True, "NothingLost", "nothing that reached the disk is known to be lost");

    private static Verdict? JobsSuspended(RunStatusFacts facts) => facts.Suspended > 0
        ? new(False, "Suspended", $"{Number(facts.Suspended, "Job")} {(facts.Suspended == 1 ? "is" : "are")} suspended; pods come when {(facts.Suspended == 1 ? "it is" : "they are")} resumed")
        : null;

    private static Verdict? NoneInjected(RunStatusFacts facts) => facts is { IsOverWithoutPods: true, Missed.Count: > 0 } && facts.Missed.All(entry => MissedPods.IsOver(entry, facts.Observation))
        ? new(True, "NotInjected", "every pod that asked has ended, and none of them was injected")
        : null;

    /// <summary>Pods that had no run, or were not injected, are forgotten some time after they are deleted.</summary>
    private static Verdict? OverAsBefore(RunStatusFacts facts) =>
        facts.IsOverWithoutPods && facts.Before(ConditionTypes.Finished) is { Status: True } ? Before(facts, ConditionTypes.Finished, "") : null;

    private static Verdict? NotStarted(RunStatusFacts facts) =>
        facts.Total == 0 && facts.InjectedPods == 0 ? new(False, "NotStarted", "no pod has started") : null;

    private static Verdict? StillRunning(RunStatusFacts facts) =>
        facts.IsActive
            ? new(False, "Running", "pods are running, or will be")
            : null;

    private static Verdict? MoreExpected(RunStatusFacts facts) => facts.FoldsToCome > 0
        ? new(False, "MoreExpected", $"{facts.Ended} of {Number(facts.Observation.Spec.Folds!.Value, "run")} have ended")
        : null;

    private static Verdict? NoneHeard(RunStatusFacts facts) => facts is { Total: 0, Unheard.Count: > 0 } ? new(True, NotHeard, Unheard(facts.Unheard)) : null;

    private static Verdict? NoneBegun(RunStatusFacts facts) => facts.Total == 0
        ? new(True, "NoRuns", "every pod has ended, and none of them has begun a run where its agent looks; what a script gives wandb.init() as dir or mode goes before the variables")
        : null;

    private static Verdict? SomeFailed(RunStatusFacts facts)
    {
        if (facts.Failed == 0)
            return null;
        var howMany = $"{facts.Failed} of {Number(facts.Ended, "run")} failed; ";
        return new(True, "SomeFailed", howMany + (FailedRun(facts) ?? SaidAfter(howMany, facts) ?? "the list of runs does not reach back so far"));
    }

    private static Verdict? SomeWithoutRun(RunStatusFacts facts) => facts.FoldsWithoutRun > 0
        ? new(True, "SomeFailed", $"{facts.FoldsWithoutRun} of {Number(facts.Observation.Spec.Folds!.Value, "fold")} ended without a run that is known")
        : null;

    private static Verdict? AllFinished(RunStatusFacts facts) => new(True, "AllFinished", $"{Number(facts.Ended, "run")} finished");

    /// <param name="nothing">Reason that stands for no knowledge.</param>
    private static Verdict? Before(RunStatusFacts facts, string type, string nothing) =>
        facts.Before(type) is { } before && before.Reason != nothing
            ? new(before.Status, before.Reason, before.Message)
            : null;

    private static IEnumerable<BackendReport> ActiveBackends(RunStatusFacts facts) => ActiveReports(facts).Select(report => report.Report.Backend);

    private static IEnumerable<PodReport> ActiveReports(RunStatusFacts facts)
    {
        var active = facts.Observation.Pods.Where(pod => !pod.IsOver).Select(pod => pod.Uid).ToHashSet(StringComparer.Ordinal);
        return facts.Observation.Reports.Where(report => active.Contains(report.Pod.Uid));
    }

    /// <summary>By the status as it was, when the run was known; null: it did not begin so.</summary>
    private static string? SaidAfter(string words, RunStatusFacts facts) =>
        facts.Before(ConditionTypes.Finished)?.Message is { } message && message.StartsWith(words, StringComparison.Ordinal) ? message[words.Length..] : null;

    private static string? FailedRun(RunStatusFacts facts)
    {
        if (facts.Runs.FirstOrDefault(run => run.Outcome == RunOutcome.Failed)?.Entry is not { } entry)
            return null;
        var how = (entry.ExitCode, entry.ExitReason) switch
        {
            ({ } code, { } reason) => $"{code} ({reason})",
            ({ } code, null) => $"{code}",
            (null, { } reason) => reason,
            _ => "nobody knows how",
        };
        return $"{entry.Id} in pod {entry.Pod}: {how}";
    }

    private static string LostRun(RunStatusFacts facts) =>
        facts.Runs.Select(run => run.Entry)
            .OrderByDescending(entry => RunStates.Is(entry.State, ReportedRunState.Lost))
            .FirstOrDefault(entry => RunStates.Is(entry.State, ReportedRunState.Lost) || entry.RowsLost > 0) is { } first
            ? $"{first.Id} in pod {first.Pod}: {first.Message ?? "its file is damaged"}"
            : "the list of runs does not reach back to them";

    private static string Unheard(IReadOnlyList<UnprovedEntry> pods) =>
        $"{Number(pods.Count, "pod")} ended without a last word of {(pods.Count == 1 ? "its agent" : "their agents")}, and may have written what is not on the server: "
        + $"{pods[0].Pod}{(pods.Count == 1 ? "" : " and others")}; NetworkPolicy, DNS and the agent's log may tell why";

    private static string Rows(RunStatusFacts facts) => Number(facts.Counts.RowsLost ?? 0, "row");

    private static string Number(long count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
