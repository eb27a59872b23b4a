using Wandb.Contract;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>Runs to groups. An attempt that another has followed is in the counts of the WandbRun, and not in those of its group.</summary>
internal static class RunGroups
{
    private const int MaxGroups = 100;

    /// <returns>By name; runs without a group are in none.</returns>
    public static IReadOnlyList<GroupEntry> Of(RunObservation observation, IEnumerable<(RunEntry Entry, RunOutcome Outcome)> runs) =>
    [
        .. runs.Where(run => run.Entry.Group is not null && run.Outcome != RunOutcome.Superseded)
            .GroupBy(run => run.Entry.Group!, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Take(MaxGroups)
            .Select(group => Group(group.Key, observation, [.. group])),
    ];

    private static GroupEntry Group(string name, RunObservation observation, IReadOnlyList<(RunEntry Entry, RunOutcome Outcome)> runs) =>
        new()
        {
            Name = name,
            Expected = observation.Spec.Folds,
            Running = runs.Count(run => run.Outcome == RunOutcome.Running),
            Finished = runs.Count(run => run.Outcome == RunOutcome.Finished),
            Failed = runs.Count(run => run.Outcome == RunOutcome.Failed),
            Synced = runs.Count(run => RunStates.Is(run.Entry.State, ReportedRunState.Synced)),
            Metrics = observation.SummaryMetrics is not { Count: > 0 } keys
                ? null
                // One run that several pods resumed has one result: that of the newest, which stands first.
                : GroupMetrics.Entries(keys, GroupMetrics.Of(runs.Where(run => run.Outcome == RunOutcome.Finished).Select(run => run.Entry)
                    .DistinctBy(entry => (entry.Entity, entry.Project, entry.Id)))),
        };
}
