using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>What the rules look at.</summary>
internal sealed record RunStatusFacts
{
    public required RunObservation Observation { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<CountedRun> Runs { get; init; }

    public required RunCounts Counts { get; init; }

    /// <summary>Those of <see cref="Counts"/> that are not among <see cref="Runs"/>.</summary>
    public required RunCounts Others { get; init; }

    public required IReadOnlyList<MissedEntry> Missed { get; init; }

    public required IReadOnlyList<UnprovedEntry> Unproved { get; init; }

    /// <summary>Pods that have ended, and nobody knows what they left.</summary>
    public IReadOnlyList<UnprovedEntry> Unheard => [.. Unproved.Where(entry => entry.ReportedAt is null)];

    /// <summary>Of those, whose work no later attempt has done again.</summary>
    public IReadOnlyList<UnprovedEntry> Missing => [.. Unheard.Where(entry => entry.RepeatedBy is null)];

    public int Total => Counts.Total ?? 0;

    /// <summary>Pods that are as they were asked to be.</summary>
    public int InjectedPods => Observation.Pods.Count(pod => pod.IsInjected || pod.IsSilenced);

    /// <summary>Injected pods whose containers may run.</summary>
    public int ActivePods => Observation.Pods.Count(pod => pod is { IsInjected: true, IsOver: false });

    /// <summary>Runs, and not attempts that others have followed; of those that nobody can list any more also such that ended with 0.</summary>
    public int Ended => Runs.Count(run => run.Outcome is RunOutcome.Finished or RunOutcome.Failed) + (Others.Finished ?? 0) + (Others.FailedForGood ?? 0);

    /// <summary>Runs that nothing has followed.</summary>
    public int Failed => Counts.FailedForGood ?? 0;

    /// <summary>Jobs that go on, or runs or injected pods.</summary>
    public bool IsActive => ActivePods > 0 || Observation.Owners.Any(owner => !owner.HasEnded) || Counts.Running > 0;

    /// <summary>Jobs that are suspended, where nothing else goes on; otherwise none.</summary>
    public int Suspended =>
        ActivePods == 0 && Counts.Running is null or 0 && Observation.Owners.Where(owner => !owner.HasEnded).ToList() is var open && open.All(owner => owner.IsSuspended) ? open.Count : 0;

    /// <summary>Folds that have ended without a run, and no pod will come that could begin it.</summary>
    public int FoldsWithoutRun => HadAllFolds ? OpenFolds : 0;

    /// <summary>Folds whose runs are still to come.</summary>
    public int FoldsToCome => HadAllFolds ? 0 : OpenFolds;

    public bool HasMoreToCome => IsActive || FoldsToCome > 0;

    /// <summary>Nothing was ever injected that is known, and no pod that asks can be running.</summary>
    public bool IsOverWithoutPods => Total == 0 && InjectedPods == 0 && !IsActive && Observation.Pods.All(pod => pod.IsOver) && Observation.Unseen.Count == 0;

    private int OpenFolds => Math.Max(0, (Observation.Spec.Folds ?? 0) - Ended);

    /// <summary>One Job has been through an index for each fold. That was known when it had just ended, and is so when it is gone.</summary>
    private bool HadAllFolds => !IsActive && (Observation.Owners.Any(owner => owner.Completions >= Observation.Spec.Folds)
        || Before(ConditionTypes.Finished) is { Status: "True" } finished && finished.ObservedGeneration == Observation.Generation);

    /// <summary>As the status had it; null: it had none.</summary>
    public Condition? Before(string type) => Observation.Previous?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    public IReadOnlyList<RunEntry> In(Contract.ReportedRunState state) =>
        [.. Runs.Select(run => run.Entry).Where(entry => RunStates.Is(entry.State, state))];
}
