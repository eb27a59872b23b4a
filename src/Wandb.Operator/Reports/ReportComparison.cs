using Wandb.Contract;

namespace Wandb.Operator.Reports;

/// <summary>Two reports of a pod to what the later one tells.</summary>
internal static class ReportComparison
{
    /// <summary>
    /// A report overtakes another one that a replica passes on, and of which the agent hears nothing within 5 s. What comes later has been sent later, whatever
    /// the clock of its node says, which may have been stepped back.
    /// </summary>
    private static readonly TimeSpan MaxOvertaking = TimeSpan.FromSeconds(10);

    /// <param name="before">Null: there was none.</param>
    /// <param name="since">How much later it came here.</param>
    public static ReportNews Of(AgentReport? before, AgentReport after, TimeSpan since)
    {
        if (before is null)
            return ReportNews.State;
        if (before.SentAt > after.SentAt && since <= MaxOvertaking)
            return ReportNews.None;
        var isSame = before.Problems.SequenceEqual(after.Problems, StringComparer.Ordinal)
            && before.Runs.Count == after.Runs.Count && before.Runs.Zip(after.Runs).All(pair => WithFiguresOf(pair.Second, pair.First) == pair.Second)
            && (before with
            {
                SentAt = after.SentAt,
                Problems = after.Problems,
                Runs = after.Runs,
                Backend = before.Backend with { NextTry = after.Backend.NextTry },
            }) == after;
        return isSame ? ReportNews.Figures : ReportNews.State;
    }

    // What is lost or set aside is no progress: it is told at once.
    private static ReportedRun WithFiguresOf(ReportedRun after, ReportedRun before) => before with
    {
        LastStep = after.LastStep,
        RowsRead = after.RowsRead,
        RowsAcknowledged = after.RowsAcknowledged,
        BytesRead = after.BytesRead,
        BytesAcknowledged = after.BytesAcknowledged,
        BacklogBytes = after.BacklogBytes,
        BacklogRecords = after.BacklogRecords,
        LagSeconds = after.LagSeconds,
        Summary = after.Summary,
    };
}
