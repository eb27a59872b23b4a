using Wandb.Operator.Resources;

namespace Wandb.Operator.Profiles;

/// <summary>Everything that is known around one WandbProfile at one time.</summary>
internal sealed record ProfileObservation
{
    public required WandbProfileSpec Spec { get; init; }

    /// <summary><c>metadata.generation</c> of the spec.</summary>
    public long? Generation { get; init; }

    /// <summary>WandbRuns of the namespace that use it; order does not matter.</summary>
    public IReadOnlyList<WandbRun> Runs { get; init; } = [];

    /// <summary>The status as it was written last; null: never.</summary>
    public WandbProfileStatus? Previous { get; init; }

    /// <summary>Used for transition times alone.</summary>
    public required DateTimeOffset Now { get; init; }
}
