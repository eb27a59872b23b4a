using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Patching;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Writing;

/// <summary>Ownership of fields after a write that is no apply: what changed is the writer's, what is gone is nobody's.</summary>
internal static class FieldOwnership
{
    /// <summary>Changes metadata.managedFields of <paramref name="node"/>.</summary>
    public static void Record(JsonObject node, JsonObject? before, WriteRequest request, string time)
    {
        var shape = FieldShape.Of(request.Kind);

        // A writer may send other ownership than it read: kubectl moves its own from Update to Apply that way.
        var managers = ManagedFields.Of(node.At("metadata", "managedFields") is JsonArray { Count: > 0 } ? node : before);
        var (now, then) = (ManagedFields.Ownable(node), ManagedFields.Ownable(before ?? []));
        if (now.Count > 0 || then.Count > 0)
        {
            var changed = before is null ? FieldSet.Of(now, shape) : FieldMerge.Changed(then, now, shape);
            var gone = then.Count == 0 ? new FieldSet() : now.Count == 0 ? FieldSet.Of(then, shape) : FieldSet.Of(then, shape).Except(FieldSet.Of(now, shape));
            managers.TakeFromOthers(null, gone);
            if (!changed.IsEmpty)
            {
                managers.TakeFromOthers(request.Owner, changed);
                managers.Set(request.Owner, managers.Of(request.Owner).Union(changed), request.Kind.ApiVersion, time);
            }
        }

        managers.WriteTo(node);
    }
}
