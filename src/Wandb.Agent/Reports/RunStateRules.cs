using Wandb.Agent.Reporting;
using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>What a run is called in the report.</summary>
internal static class RunStateRules
{
    /// <param name="facts">The last ones of the run's pipeline; null when none came yet.</param>
    /// <param name="report">What the last work on the file came to; null while it goes on.</param>
    /// <param name="isDark">The server is away or takes nothing from us.</param>
    /// <param name="isGone">The file is not there any more.</param>
    public static ReportedRunState Of(RunFacts? facts, RunReport? report, bool isDark, bool isGone) => report switch
    {
        { Result: SyncResult.Synced } or { Result: SyncResult.Skipped, IsUnproved: false } => ReportedRunState.Synced,
        { Result: SyncResult.Unfinished } => ReportedRunState.Unfinished,
        not null when isGone => ReportedRunState.Lost,
        { IsWorthAnotherTry: true } when isDark => ReportedRunState.Buffering,
        not null => ReportedRunState.Incomplete,
        null when facts is null => ReportedRunState.Pending,
        null when isDark => ReportedRunState.Buffering,
        null when facts.ExitCode is not null => ReportedRunState.Finishing,
        null => ReportedRunState.Running,
    };
}
