using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Writing;

/// <summary>When an object that is to be deleted goes, and when it only says so.</summary>
internal static class DeletionRules
{
    private const string Orphan = "orphan";
    private const string Foreground = "foregroundDeletion";

    /// <summary>Nothing holds the object any more: no finalizer, no grace period, no content of a namespace.</summary>
    public static bool IsOver(JsonObject node) =>
        node.IsDeleting() && !node.Texts("metadata", "finalizers").Any() && !node.Texts("spec", "finalizers").Any()
        && (node.Number("metadata", "deletionGracePeriodSeconds") ?? 0) == 0;

    /// <summary>Marks the object as to be deleted; changes <paramref name="node"/>.</summary>
    public static void Mark(ResourceKind kind, JsonObject node, DeleteOptions options, DateTimeOffset now)
    {
        var grace = Grace(kind, node, options);
        var metadata = node.Section("metadata");
        if (metadata.Text("deletionTimestamp") is not null && grace >= (metadata.Number("deletionGracePeriodSeconds") ?? 0))
        {
            return;
        }

        metadata["deletionTimestamp"] = KubeTime.Text(now + TimeSpan.FromSeconds(grace));
        metadata["deletionGracePeriodSeconds"] = grace;
        if (options.Propagation is "Foreground" or "Orphan")
        {
            var name = options.Propagation == "Foreground" ? Foreground : Orphan;
            if (!node.Texts("metadata", "finalizers").Contains(name))
            {
                metadata.List("finalizers").Add(name);
            }
        }

        if (kind == BuiltInKinds.Namespaces)
        {
            node.Section("status")["phase"] = "Terminating";
        }
    }

    private static long Grace(ResourceKind kind, JsonObject node, DeleteOptions options)
    {
        // Only a pod that may run on a node has something to finish.
        var isRunning = kind == BuiltInKinds.Pods && node.Text("spec", "nodeName") is { Length: > 0 } && node.Text("status", "phase") is not ("Succeeded" or "Failed");
        return isRunning ? Math.Max(0, options.GraceSeconds ?? node.Number("spec", "terminationGracePeriodSeconds") ?? 30) : 0;
    }
}
