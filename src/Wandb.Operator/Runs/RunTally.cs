using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>
/// Of what the totals of one WandbRun and of its groups are made while one replica looks after it. Each run is in one place: 1 known by name: in a report, in
/// the list of the status, or of a pod that there still is, or waiting for somebody to send it; 2 forgotten: it was known here, and newer runs have pushed it out
/// of the list: it stays as it was counted; 3 unlisted: an earlier replica counted it, and only totals tell of it. Such a run comes back with the first report of
/// its pod. When every pod that lives has reported, those that have not come back are over, and are forgotten, too.
/// </summary>
internal sealed record RunTally
{
    /// <summary>Totals of the status from which this was made; null: there was none.</summary>
    private RunCounts? Found { get; init; }

    /// <summary>Totals that came of it.</summary>
    private RunCounts? Made { get; init; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RunEntry> Known { get; private init; } = [];

    private RunFigures Forgotten { get; init; } = RunFigures.None;

    /// <summary>With those that came back.</summary>
    private RunFigures Unlisted { get; init; } = RunFigures.None;

    /// <summary>Unlisted ones, as their pods told them first, and as they counted then. At most as many as are unlisted.</summary>
    private IReadOnlyList<CountedRun> Back { get; init; } = [];

    /// <summary>The last one in the list of the status from which everything was begun: unlisted ones are older. Null: there are none.</summary>
    private RunEntry? Oldest { get; init; }

    /// <summary>
    /// UIDs of pods that had ended when everything was begun and of which the list says nothing: their runs may be unlisted ones. Null: nobody has looked yet.
    /// </summary>
    private IReadOnlySet<string>? Strangers { get; init; }

    /// <summary>When somebody in that list reported last.</summary>
    private DateTimeOffset? LastReport { get; init; }

    /// <summary>What is not known by name.</summary>
    public RunFigures Others { get; private init; } = RunFigures.None;

    /// <summary>Whether the next status cannot be made from this one alone.</summary>
    private bool IsNeeded => Known.Count > RunStatusComputation.ShownRuns || Others.Counts.Total > 0;

    /// <param name="tally">As it was at the last look; null: there was none, or it was not needed.</param>
    /// <param name="previous">The status as it was written last. When other totals are in it than this replica found or made, another one has led since.</param>
    public static RunTally GoOn(RunTally? tally, WandbRunStatus? previous)
    {
        var counts = previous?.Counts;
        if (tally is not null && (counts == tally.Found || counts == tally.Made))
            return tally with { Found = counts };
        if (counts is null || previous!.Runs is not { Count: >= RunStatusComputation.ShownRuns } shown)
            return new RunTally { Found = counts };
        return new RunTally
        {
            Found = counts,
            Known = shown,
            Unlisted = RunFigures.Unlisted(counts, previous.Groups ?? [], shown),
            Oldest = shown[^1],
            LastReport = shown.Max(entry => entry.ReportedAt),
        };
    }

    /// <param name="runs">All that are known now, newest first.</param>
    public RunTally With(IReadOnlyList<CountedRun> runs, RunObservation observation)
    {
        IReadOnlyList<RunEntry> entries = [.. runs.Select(run => run.Entry)];
        var (before, now) = (Known.Select(Key).ToHashSet(), entries.Select(Key).ToHashSet());
        var pods = observation.Pods.ToDictionary(pod => pod.Uid, StringComparer.Ordinal);
        // The oldest first: should there be more than were counted, the others are new.
        var back = runs.Reverse().Where(run => !before.Contains(Key(run.Entry)) && WasCounted(run.Entry, pods)).Take((Unlisted.Counts.Total ?? 0) - Back.Count);
        // Its pod was seen to go, so it was settled then; what nobody settled is so now.
        IReadOnlyList<RunEntry> gone =
            [.. Known.Where(entry => !now.Contains(Key(entry))).Select(entry => RunOutcomes.HasEnded(entry) ? entry : RunEntries.Settled(entry, null, observation))];
        // Among all of them: what has followed one is known still.
        IReadOnlyList<CountedRun> forgotten = gone.Count == 0
            ? []
            : [.. RunOutcomes.Of([.. entries.Concat(gone).Order(RunEntries.NewestFirst)]).Where(run => !now.Contains(Key(run.Entry)))];
        var tally = this with
        {
            Known = entries,
            Strangers = Strangers ?? (Unlisted.Counts.Total > 0 ? Unheard(entries, observation) : []).Select(pod => pod.Uid).ToHashSet(StringComparer.Ordinal),
            Back = [.. Back, .. back],
            Forgotten = Forgotten.With(RunFigures.Of(forgotten)),
        };
        var rest = tally.Unlisted.Without(RunFigures.Of(RunTotals.Then(tally.Back, tally.Unlisted.Counts.Running ?? 0)));
        if (!IsOneSilent(observation))
        {
            tally = tally with
            {
                Forgotten = tally.Forgotten.With(rest.Over(Unheard(entries, observation), observation.IsStorageKept)),
                Unlisted = RunFigures.None,
                Back = [],
                Oldest = null,
            };
            rest = RunFigures.None;
        }
        return tally with { Others = tally.Forgotten.With(rest) };
    }

    /// <summary>A run of the pod may be among those that only totals tell of.</summary>
    public bool MayHaveCounted(PodObservation pod) => Strangers?.Contains(pod.Uid) ?? false;

    /// <returns>What is to be kept for the next look; null: nothing.</returns>
    /// <param name="counts">That came of it.</param>
    public RunTally? Keep(RunCounts counts) => IsNeeded ? this with { Made = counts } : null;

    /// <summary>An agent may still tell of runs that were counted before.</summary>
    private static bool IsOneSilent(RunObservation observation)
    {
        var heard = observation.Reports.Select(report => report.Pod.Uid).ToHashSet(StringComparer.Ordinal);
        return observation.Pods.Any(pod => pod is { IsInjected: true, IsOver: false } && !heard.Contains(pod.Uid));
    }

    /// <summary>Pods that are over and of which nobody here knows a run: they may have ended while nobody led.</summary>
    private static IReadOnlyList<PodObservation> Unheard(IReadOnlyList<RunEntry> entries, RunObservation observation)
    {
        var known = entries.Select(entry => entry.PodUid).Concat(observation.Reports.Select(report => report.Pod.Uid)).ToHashSet(StringComparer.Ordinal);
        return [.. observation.Pods.Where(pod => pod is { IsInjected: true, IsOver: true } && !known.Contains(pod.Uid))];
    }

    private bool WasCounted(RunEntry entry, Dictionary<string, PodObservation> pods)
    {
        if (Oldest is null)
            return false;
        // The list had only runs without a begin: others of them were counted, and all with one.
        if (RunEntries.Begin(Oldest) == DateTimeOffset.MaxValue)
            return entry.PodUid is not { } uid || !(pods.GetValueOrDefault(uid)?.CreatedAt > LastReport);
        return RunEntries.NewestFirst.Compare(Oldest, entry) < 0;
    }

    private static (string Id, string Pod) Key(RunEntry entry) => (entry.Id, entry.Pod);
}
