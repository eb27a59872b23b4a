using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Patching;

namespace Wandb.Sandbox.Cluster.Writing;

/// <summary>What a write is about and who asks for it.</summary>
/// <param name="Namespace">"" for a kind without.</param>
/// <param name="Name">"" for a new object.</param>
/// <param name="Subresource">"" or status.</param>
/// <param name="Manager">Field manager.</param>
internal sealed record WriteRequest(ResourceKind Kind, string Namespace, string Name, string Subresource, string Manager)
{
    /// <summary>Everything but the storing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Unknown fields of custom resources are refused, not dropped (fieldValidation=Strict).</summary>
    public bool IsStrict { get; init; }

    /// <summary>Server-side apply: the ownership of fields is already in the object.</summary>
    public bool IsApply { get; init; }

    public FieldOwner Owner => new(Manager, IsApply, Subresource);
}
