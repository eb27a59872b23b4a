using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>What one training container gets.</summary>
internal sealed record ContainerPlan
{
    public required ContainerView Container { get; init; }

    public required ContainerVariables Variables { get; init; }

    /// <summary>Entries of <c>volumeMounts</c>.</summary>
    public IReadOnlyList<JsonObject> Mounts { get; init; } = [];
}
