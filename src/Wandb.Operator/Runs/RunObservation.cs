using Wandb.Operator.Reports;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>Everything that is known around one WandbRun at one time.</summary>
internal sealed record RunObservation
{
    public required WandbRunSpec Spec { get; init; }

    /// <summary><c>metadata.generation</c> of the spec.</summary>
    public long? Generation { get; init; }

    /// <summary>Keys to show and to average; unset: those of the spec. A profile or the chart may give them too.</summary>
    public IReadOnlyList<string> SummaryMetrics { get => field ?? Spec.SummaryMetrics ?? []; init; }

    /// <summary>Pods that ask for it, injected or not; order does not matter. One that is gone may be there still, with its last state.</summary>
    public IReadOnlyList<PodObservation> Pods { get; init; } = [];

    /// <summary>Pods that ask for it and that admission never saw; order does not matter. None of them is in <see cref="Pods"/>.</summary>
    public IReadOnlyList<UnseenPod> Unseen { get; init; } = [];

    /// <summary>Jobs above the pods; order does not matter.</summary>
    public IReadOnlyList<OwnerObservation> Owners { get; init; } = [];

    /// <summary>Latest reports; order does not matter. Runs of pods without one are taken from <see cref="Previous"/>.</summary>
    public IReadOnlyList<PodReport> Reports { get; init; } = [];

    /// <summary>By UID when the latest report of a pod came, where that was too large to be taken: it has said more than <see cref="Reports"/> has.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Refused { get; init; } = new Dictionary<string, DateTimeOffset>();

    /// <summary>Latest reports of pods that upload what those of <see cref="Pods"/> have left on a claim; order does not matter.</summary>
    public IReadOnlyList<PodReport> Drains { get; init; } = [];

    /// <summary>Whether spec, profile and defaults put runs on a volume that outlives pods: for pods that nobody has seen.</summary>
    public bool IsStorageKept { get; init; }

    /// <summary>The status as it was written last; null: never.</summary>
    public WandbRunStatus? Previous { get; init; }

    /// <summary>What this replica knows beyond <see cref="Previous"/> (<see cref="RunStatusComputation.Next"/>); null: nothing.</summary>
    public RunTally? Tally { get; init; }

    /// <summary>Used for transition times alone: time that passes changes no status.</summary>
    public required DateTimeOffset Now { get; init; }
}
