using Wandb.Contract;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>Totals over all runs, also over those that no list shows any more.</summary>
internal static class RunTotals
{
    /// <summary>Of what is known now.</summary>
    public static RunCounts Of(IReadOnlyCollection<CountedRun> runs) =>
        new()
        {
            Total = runs.Count,
            Running = runs.Count(run => run.Outcome == RunOutcome.Running),
            Buffering = runs.Count(run => RunStates.Is(run.Entry.State, ReportedRunState.Buffering)),
            Finished = runs.Count(RunOutcomes.EndedWell),
            Failed = runs.Count(run => run.Outcome != RunOutcome.Running && !RunOutcomes.EndedWell(run)),
            FailedForGood = runs.Count(run => run.Outcome == RunOutcome.Failed),
            Synced = runs.Count(run => RunStates.Is(run.Entry.State, ReportedRunState.Synced)),
            Lost = runs.Count(run => RunStates.Is(run.Entry.State, ReportedRunState.Lost)),
            RowsRead = runs.Sum(run => run.Entry.RowsRead ?? 0),
            RowsAcknowledged = runs.Sum(run => run.Entry.RowsAcknowledged ?? 0),
            RowsLost = runs.Sum(run => run.Entry.RowsLost ?? 0),
        };

    public static RunCounts Sum(RunCounts one, RunCounts other) => Each(one, other, static (count, more) => count + more);

    /// <summary>Never below zero.</summary>
    public static RunCounts Less(RunCounts counts, RunCounts other) => Each(counts, other, static (count, without) => Math.Max(0, count - without));

    /// <summary>As a status has them.</summary>
    /// <param name="listed">Of those of its runs that it lists.</param>
    public static RunCounts Read(RunCounts counts, RunCounts listed) => counts with
    {
        // An earlier version did not say it, and whether another has followed one that is not listed is not known: what is guessed must not be success.
        FailedForGood = counts.FailedForGood ?? (listed.FailedForGood ?? 0) + Math.Max(0, (counts.Failed ?? 0) - (listed.Failed ?? 0)),
    };

    /// <summary>
    /// Runs as they were counted before they told anything again: who runs still ran then as well, and so did those that ended last, as many as were counted.
    /// </summary>
    /// <param name="back">As they told themselves first since.</param>
    /// <param name="running">Of them, and of those that have told nothing since.</param>
    public static IReadOnlyList<CountedRun> Then(IReadOnlyList<CountedRun> back, int running) =>
    [
        .. back
            .OrderBy(run => RunOutcomes.HasEnded(run.Entry))
            .ThenByDescending(run => run.Entry.FinishedAt)
            .ThenBy(run => run.Entry.Pod, StringComparer.Ordinal)
            .ThenBy(run => run.Entry.Id, StringComparer.Ordinal)
            .Select((run, index) => index < running ? new CountedRun(RunOutcomes.BeforeItsEnd(run.Entry), RunOutcome.Running, HasResult: false) : run),
    ];

    /// <summary>Of runs that nobody can list and nobody will tell of: they are over. What is not known of one is not taken for success.</summary>
    /// <param name="rest">As they were counted last.</param>
    /// <param name="unheard">Pods that are over and may have had those of them that were running.</param>
    /// <param name="isStorageKept">What was not sent is there still.</param>
    public static RunCounts Over(RunCounts rest, IReadOnlyList<PodObservation> unheard, bool isStorageKept)
    {
        var (total, running) = (rest.Total ?? 0, Math.Min(rest.Running ?? 0, rest.Total ?? 0));
        if (total == 0)
            return new RunCounts();
        var proved = Math.Max(0, Math.Min(running, unheard.Count) - unheard.Count(pod => !pod.IsProved));
        var finished = Math.Min(total, (rest.Finished ?? 0) + Math.Max(0, proved - unheard.Count(pod => pod.HasFailed)));
        var unproved = running - proved;
        var failed = total - finished;
        var open = Math.Max(0, (rest.RowsRead ?? 0) - (rest.RowsAcknowledged ?? 0) - (rest.RowsLost ?? 0));
        return rest with
        {
            Running = 0,
            Finished = finished,
            Failed = failed,
            FailedForGood = Math.Min(failed, (rest.FailedForGood ?? 0) + Math.Max(0, failed - (rest.Failed ?? 0))),
            Synced = Math.Min(total, (rest.Synced ?? 0) + proved),
            Buffering = isStorageKept ? Math.Min(total, Math.Max(unproved, rest.Buffering ?? 0)) : 0,
            Lost = isStorageKept ? rest.Lost : Math.Min(total, (rest.Lost ?? 0) + unproved),
            RowsAcknowledged = unproved == 0 && running > 0 ? rest.RowsAcknowledged + open : rest.RowsAcknowledged,
            RowsLost = unproved > 0 && !isStorageKept ? (rest.RowsLost ?? 0) + open : rest.RowsLost,
        };
    }

    private static RunCounts Each(RunCounts one, RunCounts other, Func<long, long, long> of)
    {
        int Runs(int? count, int? others) => (int)of(count ?? 0, others ?? 0);
        long Rows(long? count, long? others) => of(count ?? 0, others ?? 0);
        return new RunCounts
        {
            Total = Runs(one.Total, other.Total),
            Running = Runs(one.Running, other.Running),
            Buffering = Runs(one.Buffering, other.Buffering),
            Finished = Runs(one.Finished, other.Finished),
            Failed = Runs(one.Failed, other.Failed),
            FailedForGood = Runs(one.FailedForGood, other.FailedForGood),
            Synced = Runs(one.Synced, other.Synced),
            Lost = Runs(one.Lost, other.Lost),
            Missed = Runs(one.Missed, other.Missed),
            RowsRead = Rows(one.RowsRead, other.RowsRead),
            RowsAcknowledged = Rows(one.RowsAcknowledged, other.RowsAcknowledged),
            RowsLost = Rows(one.RowsLost, other.RowsLost),
        };
    }
}
