using Wandb.Sandbox.Cluster.Kinds;

namespace Wandb.Sandbox.Cluster.Patching;

/// <param name="Time">Of this request, for managedFields.</param>
internal sealed record ApplyRequest(ResourceKind Kind, FieldOwner Owner, bool IsForced, string Time);
