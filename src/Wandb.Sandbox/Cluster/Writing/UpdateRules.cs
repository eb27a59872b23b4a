using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Writing;

/// <summary>Which part of an object a write may change.</summary>
internal static class UpdateRules
{
    /// <summary>A write of status changes only status; any other write changes all but status.</summary>
    public static JsonObject OnlyPart(JsonObject node, JsonObject before, WriteRequest request)
    {
        if (!request.Kind.HasStatus)
        {
            return node;
        }

        var (result, other) = request.Subresource == "status" ? (before.Copy(), node) : (node, before);
        result.Remove("status");
        if (other["status"] is { } status)
        {
            result["status"] = status.DeepClone();
        }

        if (request.Subresource == "status")
        {
            // Ownership of the new status came with the applied object.
            result.Section("metadata")["managedFields"] = node.At("metadata", "managedFields")?.DeepClone();
        }

        return result;
    }

    /// <summary>generation grows when anything but metadata and status differs.</summary>
    public static void CountGeneration(JsonObject node, JsonObject before, ResourceKind kind)
    {
        if (kind.CountsGenerations && !JsonNode.DeepEquals(Intention(node), Intention(before)))
        {
            node.Section("metadata")["generation"] = (before.Number("metadata", "generation") ?? 0) + 1;
        }
    }

    private static JsonObject Intention(JsonObject node)
    {
        var copy = node.Copy();
        copy.Remove("metadata");
        copy.Remove("status");
        copy.Remove("apiVersion");
        return copy;
    }
}
