using Wandb.Contract;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>Totals over all runs, also over those that no list shows any more.</summary>
internal static class RunTotals
{
    /// <summary>Of what is known now.</summary>
    public static RunCounts Of(IReadOnlyCollection<(RunEntry Entry, RunOutcome Outcome)> runs) =>
        new()
        {
            Total = runs.Count,
            Running = runs.Count(run => run.Outcome == RunOutcome.Running),
            Buffering = runs.Count(run => RunStates.Is(run.Entry.State, ReportedRunState.Buffering)),
            Finished = runs.Count(RunOutcomes.EndedWell),
            Failed = runs.Count(run => run.Outcome != RunOutcome.Running && !RunOutcomes.EndedWell(run)),
            Synced = runs.Count(run => RunStates.Is(run.Entry.State, ReportedRunState.Synced)),
            Lost = runs.Count(run => RunStates.Is(run.Entry.State, ReportedRunState.Lost)),
            RowsRead = runs.Sum(run => run.Entry.RowsRead ?? 0),
            RowsAcknowledged = runs.Sum(run => run.Entry.RowsAcknowledged ?? 0),
            RowsLost = runs.Sum(run => run.Entry.RowsLost ?? 0),
        };

    /// <summary>
    /// What the previous status counted and nobody can list any more: it showed the newest <paramref name="shown"/>, and the operator that
    /// knew the others has ended.
    /// </summary>
    /// <param name="previous">Null: there was none.</param>
    /// <param name="before">The runs that it showed, with their outcomes as they were counted.</param>
    /// <param name="older">Runs that are known now, were not shown, and are older than all that were: they are in its totals already.</param>
    public static RunCounts Unlisted(WandbRunStatus? previous, RunCounts before, RunCounts older, int shown)
    {
        if (previous?.Counts is not { } counts || (previous.Runs?.Count ?? 0) < shown || Rest(counts.Total, before.Total, older.Total) == 0)
            return new RunCounts();
        return new RunCounts
        {
            Total = Rest(counts.Total, before.Total, older.Total),
            Running = Rest(counts.Running, before.Running, older.Running),
            Buffering = Rest(counts.Buffering, before.Buffering, older.Buffering),
            Finished = Rest(counts.Finished, before.Finished, older.Finished),
            Failed = Rest(counts.Failed, before.Failed, older.Failed),
            Synced = Rest(counts.Synced, before.Synced, older.Synced),
            Lost = Rest(counts.Lost, before.Lost, older.Lost),
            RowsRead = Rest(counts.RowsRead, before.RowsRead, older.RowsRead),
            RowsAcknowledged = Rest(counts.RowsAcknowledged, before.RowsAcknowledged, older.RowsAcknowledged),
            RowsLost = Rest(counts.RowsLost, before.RowsLost, older.RowsLost),
        };
    }

    public static RunCounts Sum(RunCounts one, RunCounts other) =>
        new()
        {
            Total = (one.Total ?? 0) + (other.Total ?? 0),
            Running = (one.Running ?? 0) + (other.Running ?? 0),
            Buffering = (one.Buffering ?? 0) + (other.Buffering ?? 0),
            Finished = (one.Finished ?? 0) + (other.Finished ?? 0),
            Failed = (one.Failed ?? 0) + (other.Failed ?? 0),
            Synced = (one.Synced ?? 0) + (other.Synced ?? 0),
            Lost = (one.Lost ?? 0) + (other.Lost ?? 0),
            Missed = (one.Missed ?? 0) + (other.Missed ?? 0),
            RowsRead = (one.RowsRead ?? 0) + (other.RowsRead ?? 0),
            RowsAcknowledged = (one.RowsAcknowledged ?? 0) + (other.RowsAcknowledged ?? 0),
            RowsLost = (one.RowsLost ?? 0) + (other.RowsLost ?? 0),
        };

    private static int Rest(int? counted, int? before, int? older) => Math.Max(0, (counted ?? 0) - (before ?? 0) - (older ?? 0));

    private static long Rest(long? counted, long? before, long? older) => Math.Max(0, (counted ?? 0) - (before ?? 0) - (older ?? 0));
}
