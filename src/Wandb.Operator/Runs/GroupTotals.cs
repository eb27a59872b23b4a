using Wandb.Contract;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>Figures of groups by their names, as <see cref="RunTotals"/> has those of all runs.</summary>
internal static class GroupTotals
{
    public static IReadOnlyDictionary<string, GroupFigures> None { get; } = new Dictionary<string, GroupFigures>();

    /// <param name="runs">Those without a group are in none.</param>
    public static IReadOnlyDictionary<string, GroupFigures> Of(IEnumerable<CountedRun> runs) =>
        runs.Where(run => run.Entry.Group is not null && run.Outcome != RunOutcome.Superseded)
            .GroupBy(run => run.Entry.Group!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => Figures([.. group]), StringComparer.Ordinal);

    /// <summary>As a status has them.</summary>
    public static IReadOnlyDictionary<string, GroupFigures> Read(IReadOnlyList<GroupEntry> groups) =>
        groups.ToDictionary(
            group => group.Name,
            group => new GroupFigures
            {
                Running = group.Running ?? 0,
                Finished = group.Finished ?? 0,
                Failed = group.Failed ?? 0,
                Synced = group.Synced ?? 0,
                Metrics = (group.Metrics ?? [])
                    .Select(metric => (metric.Name, Figures: MetricFigures.Read(metric)))
                    .Where(metric => metric.Figures is not null)
                    .DistinctBy(metric => metric.Name, StringComparer.Ordinal)
                    .ToDictionary(metric => metric.Name, metric => metric.Figures!, StringComparer.Ordinal),
            },
            StringComparer.Ordinal);

    /// <summary>
    /// Of groups of which no run is known any more no more are kept than a status can show: those whose names stand last, as <see cref="RunGroups"/> shows them.
    /// </summary>
    public static IReadOnlyDictionary<string, GroupFigures> Sum(IReadOnlyDictionary<string, GroupFigures> one, IReadOnlyDictionary<string, GroupFigures> other) =>
        one.Concat(other)
            .GroupBy(group => group.Key, group => group.Value, StringComparer.Ordinal)
            .OrderByDescending(group => group.Key, StringComparer.Ordinal)
            .Take(RunGroups.MaxGroups)
            .ToDictionary(group => group.Key, group => group.Aggregate((some, more) => some.With(more)), StringComparer.Ordinal);

    public static IReadOnlyDictionary<string, GroupFigures> Less(IReadOnlyDictionary<string, GroupFigures> groups, IReadOnlyDictionary<string, GroupFigures> other) =>
        groups.Select(group => (group.Key, Value: other.TryGetValue(group.Key, out var without) ? group.Value.Without(without) : group.Value))
            .Where(group => !group.Value.IsEmpty)
            .ToDictionary(group => group.Key, group => group.Value, StringComparer.Ordinal);

    /// <summary>Of runs that nobody can list and nobody will tell of: they are over, as <see cref="RunTotals.Over"/> counts them.</summary>
    /// <param name="rest">Totals of all of them, as they were counted last.</param>
    /// <param name="over">Totals of all of them, now that they are over.</param>
    public static IReadOnlyDictionary<string, GroupFigures> Over(IReadOnlyDictionary<string, GroupFigures> groups, RunCounts rest, RunCounts over)
    {
        // Whose runs ended well is not known: of a group it is those that would be left, were all others those of other groups.
        int Sure(int? before, int? after, int running) => Math.Clamp((after ?? 0) - (before ?? 0) - Math.Max(0, (rest.Running ?? 0) - running), 0, running);
        return groups.ToDictionary(
            group => group.Key,
            group => group.Value with
            {
                Running = 0,
                Finished = group.Value.Finished + Sure(rest.Finished, over.Finished, group.Value.Running),
                Failed = group.Value.Failed + group.Value.Running - Sure(rest.Finished, over.Finished, group.Value.Running),
                Synced = group.Value.Synced + Sure(rest.Synced, over.Synced, group.Value.Running),
            },
            StringComparer.Ordinal);
    }

    private static GroupFigures Figures(IReadOnlyList<CountedRun> runs) =>
        new()
        {
            Running = runs.Count(run => run.Outcome == RunOutcome.Running),
            Finished = runs.Count(run => run.Outcome == RunOutcome.Finished),
            Failed = runs.Count(run => run.Outcome == RunOutcome.Failed),
            Synced = runs.Count(run => RunStates.Is(run.Entry.State, ReportedRunState.Synced)),
            Metrics = GroupMetrics.Of(runs.Where(run => run.HasResult).Select(run => run.Entry)),
        };
}
