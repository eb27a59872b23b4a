using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Writing;

/// <summary>Quality-of-service class of a pod: Guaranteed, Burstable or BestEffort.</summary>
internal static class PodQuality
{
    private static readonly string[] Counted = ["cpu", "memory"];

    public static string ClassOf(JsonObject pod)
    {
        JsonObject[] containers = [.. pod.Objects("spec", "initContainers"), .. pod.Objects("spec", "containers")];
        var hasAny = containers.Any(container => Counted.Any(name =>
            container.At("resources", "requests", name) is not null || container.At("resources", "limits", name) is not null));
        var isFull = containers.All(container => Counted.All(name =>
            container.At("resources", "limits", name) is { } limit && JsonNode.DeepEquals(container.At("resources", "requests", name) ?? limit, limit)));
        return !hasAny ? "BestEffort" : isFull ? "Guaranteed" : "Burstable";
    }
}
