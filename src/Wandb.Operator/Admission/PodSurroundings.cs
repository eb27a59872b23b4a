using Wandb.Operator.Injection;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Admission;

/// <summary>What is known around one pod that asks, read at one moment.</summary>
internal sealed record PodSurroundings
{
    public required string Namespace { get; init; }

    /// <summary>Nearest first. As far as they are known: the pod's own reference is enough for most.</summary>
    public IReadOnlyList<PodOwner> Owners { get; init; } = [];

    /// <summary>The pod's Job could not be read, so that what it would have given is not known: why; null: it could, or there is none.</summary>
    public Problem? OwnerProblem { get; init; }

    /// <summary>A Job beside the pod's own whose pods name the same WandbRun, and that goes on; looked for where they would share its <c>id</c>. Null: none is known.</summary>
    public string? OtherJob { get; init; }

    /// <summary>The WandbRun that the pod names; null: there is none.</summary>
    public WandbRun? Run { get; init; }

    /// <summary>The profile that the run names, or the default one; null: there is none.</summary>
    public WandbProfile? Profile { get; init; }

    public required OperatorDefaults Defaults { get; init; }

    public NamespaceFacts Facts { get; init; } = NamespaceFacts.Unknown;
}
