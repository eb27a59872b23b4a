using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>What some runs add to a status beside its list: totals of all of them, and figures of their groups by name.</summary>
internal sealed record RunFigures(RunCounts Counts, IReadOnlyDictionary<string, GroupFigures> Groups)
{
    /// <summary>Of no run.</summary>
    public static RunFigures None { get; } = new(new RunCounts(), GroupTotals.None);

    public static RunFigures Of(IReadOnlyCollection<CountedRun> runs) => runs.Count == 0 ? None : new(RunTotals.Of(runs), GroupTotals.Of(runs));

    /// <returns>Of the runs of a status that it does not list.</returns>
    public static RunFigures Unlisted(RunCounts counts, IReadOnlyList<GroupEntry> groups, IReadOnlyList<RunEntry> list)
    {
        var listed = Of(RunOutcomes.Of(list));
        return new RunFigures(RunTotals.Read(counts, listed.Counts), GroupTotals.Read(groups)).Without(listed);
    }

    public RunFigures With(RunFigures other) => new(RunTotals.Sum(Counts, other.Counts), GroupTotals.Sum(Groups, other.Groups));

    /// <summary>Never below zero.</summary>
    public RunFigures Without(RunFigures other) => new(RunTotals.Less(Counts, other.Counts), GroupTotals.Less(Groups, other.Groups));

    /// <inheritdoc cref="RunTotals.Over"/>
    public RunFigures Over(IReadOnlyList<PodObservation> unheard, bool isStorageKept)
    {
        var counts = RunTotals.Over(Counts, unheard, isStorageKept);
        return new RunFigures(counts, GroupTotals.Over(Groups, Counts, counts));
    }
}
