using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Kubelet;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>The nodes: made ready, lost on demand, and pods of nodes that are gone removed.</summary>
internal sealed class NodeSet(ClusterParts parts, LocalKubelet kubelet)
{
    private readonly PodDisruption disruption = new(parts);

    public Task RunAsync(CancellationToken stoppingToken) =>
        ChangeLoop.RunAsync(parts, () => [BuiltInKinds.Nodes.Id, BuiltInKinds.Pods.Id], ReconcileAsync, stoppingToken);

    public async Task AddAsync(string name, CancellationToken cancellationToken)
    {
        var node = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = name, ["kubernetes.io/os"] = "linux" } } };
        await parts.Writes.CreateAsync(new WriteRequest(BuiltInKinds.Nodes, "", "", "", "kubelet"), node, cancellationToken);
        await SetReadyAsync(name, "True", "KubeletReady", "kubelet is posting ready status", cancellationToken);
    }

    public async Task LoseAsync(string name, bool killsProcesses, CancellationToken cancellationToken)
    {
        await kubelet.LoseAsync(name, killsProcesses);
        await SetReadyAsync(name, "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.", cancellationToken);
        foreach (var pod in parts.Store.List(BuiltInKinds.Pods.Id, null).Objects.Where(pod => pod.Fields["spec.nodeName"] == name))
        {
            await SetPodAsync(pod, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint", isFailed: false, cancellationToken);
            parts.Deletion.Delete(BuiltInKinds.Pods, pod.Namespace, pod.Name, DeleteOptions.Default, isDryRun: false);
        }
    }

    // The pods of a node whose object is gone fail and go, as the pod garbage collector does it.
    private async Task<TimeSpan?> ReconcileAsync(CancellationToken cancellationToken)
    {
        var names = parts.Store.List(BuiltInKinds.Nodes.Id, null).Objects.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var pod in parts.Store.List(BuiltInKinds.Pods.Id, null).Objects)
        {
            if (pod.Fields["spec.nodeName"] is { Length: > 0 } node && !names.Contains(node))
            {
                if (pod.Fields["status.phase"] is not ("Succeeded" or "Failed"))
                {
                    await SetPodAsync(pod, "DeletionByPodGC", "PodGC: node no longer exists", isFailed: true, cancellationToken);
                }

                parts.Deletion.Delete(BuiltInKinds.Pods, pod.Namespace, pod.Name, DeleteOptions.AtOnce with { Uid = pod.Uid }, isDryRun: false);
            }
        }

        return null;
    }

    private async Task SetReadyAsync(string name, string status, string reason, string message, CancellationToken cancellationToken) => await parts.Writes.ModifyAsync(
        new WriteRequest(BuiltInKinds.Nodes, "", name, "status", "kubelet"),
        node =>
        {
            Conditions.Set(node, Condition("Ready", status, reason, message));
            node.Section("status")["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = "127.0.0.1" });
            node.Section("status")["nodeInfo"] = new JsonObject { ["kubeletVersion"] = "v1.34.0-sandbox", ["operatingSystem"] = "linux", ["osImage"] = "host" };
            return new ChangeResult.Wanted(node, false);
        },
        cancellationToken);

    private Task SetPodAsync(StoredObject pod, string reason, string message, bool isFailed, CancellationToken cancellationToken) =>
        disruption.MarkAsync(pod, "kube-controller-manager", reason, message, node =>
        {
            Conditions.Set(node, Condition("Ready", "False", "NodeNotReady", null));
            if (isFailed)
            {
                node.Section("status")["phase"] = "Failed";
            }
        }, cancellationToken);

    private JsonObject Condition(string type, string status, string reason, string? message) => new()
    {
        ["type"] = type,
        ["status"] = status,
        ["reason"] = reason,
        ["message"] = message,
        ["lastTransitionTime"] = KubeTime.Text(parts.Time.GetUtcNow()),
    };
}
