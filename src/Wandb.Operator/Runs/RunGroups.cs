using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>Runs to groups. An attempt that another has followed is in the counts of the WandbRun, and not in those of its group.</summary>
internal static class RunGroups
{
    /// <summary>As the schema limits them.</summary>
    public const int MaxGroups = 100;

    /// <param name="runs">All that are known, newest first.</param>
    /// <param name="others">Of runs that are not known any more.</param>
    /// <returns>
    /// By name; runs without a group are in none. Of too many groups those of the newest runs, then those whose names stand last, as dates and numbers grow.
    /// </returns>
    public static IReadOnlyList<GroupEntry> Of(RunObservation observation, IReadOnlyList<CountedRun> runs, IReadOnlyDictionary<string, GroupFigures> others)
    {
        var known = GroupTotals.Of(runs);
        return
        [
            .. runs.Select(run => run.Entry.Group).OfType<string>().Where(known.ContainsKey)
                .Concat(others.Keys.OrderDescending(StringComparer.Ordinal))
                .Distinct(StringComparer.Ordinal)
                .Take(MaxGroups)
                .Order(StringComparer.Ordinal)
                .Select(name => Entry(name, observation, known.GetValueOrDefault(name), others.GetValueOrDefault(name))),
        ];
    }

    private static GroupEntry Entry(string name, RunObservation observation, GroupFigures? known, GroupFigures? others)
    {
        var figures = known is null ? others! : others is null ? known : known.With(others);
        return new GroupEntry
        {
            Name = name,
            Expected = observation.Spec.Folds,
            Running = figures.Running,
            Finished = figures.Finished,
            Failed = figures.Failed,
            Synced = figures.Synced,
            Metrics = observation.SummaryMetrics is { Count: > 0 } keys ? GroupMetrics.Entries(keys, figures.Metrics) : null,
        };
    }
}
