using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>Observation to status. The same observation gives the same status, byte for byte; the order of pods and reports does not matter.</summary>
internal static class RunStatusComputation
{
    /// <summary>As the schema limits it; a status with all its runs must fit into one object of the API server.</summary>
    public const int ShownRuns = 100;

    // As the schema limits it.
    private const int MaxMessage = 4096;

    public static WandbRunStatus Of(RunObservation observation) => Next(observation).Status;

    /// <returns>The status, and what <see cref="RunObservation.Tally"/> is at the next look.</returns>
    public static (WandbRunStatus Status, RunTally? Tally) Next(RunObservation observation)
    {
        var before = RunTally.GoOn(observation.Tally, observation.Previous);
        var entries = RunEntries.Of(observation, before.Known);
        var runs = RunOutcomes.Of(entries);
        var tally = before.With(runs, observation);
        var missed = MissedPods.Of(observation);
        var facts = new RunStatusFacts
        {
            Observation = observation,
            Runs = runs,
            Others = tally.Others.Counts,
            Counts = RunTotals.Sum(RunTotals.Of(runs), tally.Others.Counts) with { Missed = missed.Count },
            Missed = missed,
            Unproved = UnprovedPods.Of(observation, entries, tally.MayHaveCounted),
        };
        var conditions = Conditions(facts);
        var status = new WandbRunStatus
        {
            ObservedGeneration = observation.Generation,
            Phase = Phase(facts, conditions),
            Conditions = conditions,
            Counts = facts.Counts,
            Lag = Lag(observation),
            Runs = [.. runs.Take(ShownRuns).Select(run => run.Entry)],
            Groups = RunGroups.Of(observation, runs, tally.Others.Groups),
            Missed = missed,
            Unproved = facts.Unproved,
        };
        return (status, tally.Keep(facts.Counts));
    }

    private static IReadOnlyList<Condition> Conditions(RunStatusFacts facts)
    {
        IReadOnlyList<Condition> conditions = facts.Observation.Previous?.Conditions ?? [];
        foreach (var (type, rules) in RunStatusRules.All)
        {
            var verdict = RunStatusRules.Of(rules, facts);
            conditions = Condition.With(conditions, new Condition
            {
                Type = type,
                Status = verdict.Status,
                Reason = verdict.Reason,
                Message = verdict.Message.Length <= MaxMessage ? verdict.Message : verdict.Message[..MaxMessage],
                LastTransitionTime = Condition.WholeSeconds(facts.Observation.Now),
                ObservedGeneration = facts.Observation.Generation,
            });
        }
        return conditions;
    }

    private static string Phase(RunStatusFacts facts, IReadOnlyList<Condition> conditions)
    {
        bool Is(string type) => conditions.Any(condition => condition.Type == type && condition.Status == "True");
        return facts switch
        {
            { Counts.Lost: > 0 } => "DataLost",
            { Counts.Buffering: > 0 } => "Buffering",
            { Suspended: > 0 } => "Suspended",
            { Total: 0, InjectedPods: 0 } when !Is(ConditionTypes.Finished) => "Pending",
            _ when !Is(ConditionTypes.Finished) => "Running",
            { Total: 0 } => conditions.First(condition => condition.Type == ConditionTypes.Finished).Reason,
            { Failed: > 0 } or { FoldsWithoutRun: > 0 } => "Failed",
            _ when Is(ConditionTypes.Synced) => "Synced",
            _ => "Finished",
        };
    }

    /// <summary>
    /// Over the runs that an agent still works on: what it told last. Nothing is guessed for the time since. While one of them has not reported to
    /// this replica, what it told another stands as well.
    /// </summary>
    private static RunLag Lag(RunObservation observation)
    {
        var active = observation.Pods.Where(pod => !pod.IsOver).Select(pod => pod.Uid).ToHashSet(StringComparer.Ordinal);
        var runs = observation.Reports.Where(report => active.Contains(report.Pod.Uid)).SelectMany(report => report.Report.Runs).ToList();
        var reported = observation.Reports.Select(report => report.Pod.Uid).ToHashSet(StringComparer.Ordinal);
        var isOneSilent = (observation.Previous?.Runs ?? []).Any(entry =>
            entry.PodUid is { } uid && active.Contains(uid) && !reported.Contains(uid) && !RunStates.IsFinal(entry.State));
        var before = isOneSilent ? observation.Previous!.Lag : null;
        var lag = new RunLag
        {
            Seconds = (long)runs.Select(run => double.IsFinite(run.LagSeconds) ? Math.Max(0, run.LagSeconds) : 0).DefaultIfEmpty(0).Max(),
            Bytes = runs.Sum(run => Math.Max(0, run.BacklogBytes)),
            Records = runs.Sum(run => Math.Max(0, run.BacklogRecords)),
        };
        return new RunLag
        {
            Seconds = Math.Max(lag.Seconds.Value, before?.Seconds ?? 0),
            Bytes = Math.Max(lag.Bytes.Value, before?.Bytes ?? 0),
            Records = Math.Max(lag.Records.Value, before?.Records ?? 0),
        };
    }
}
