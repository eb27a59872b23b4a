using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>Pods that are taken away from outside: the condition says why, https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions.</summary>
internal sealed class PodDisruption(ClusterParts parts)
{
    /// <summary>The scheduler makes room for a pod of higher priority: the condition, then a deletion with the pod's own grace period.</summary>
    public async Task PreemptAsync(StoredObject pod, CancellationToken ct)
    {
        await MarkAsync(pod, "kube-scheduler", "PreemptionByScheduler", "default-scheduler: preempting to accommodate a higher priority pod", _ => { }, ct);
        parts.Deletion.Delete(BuiltInKinds.Pods, pod.Namespace, pod.Name, DeleteOptions.Default with { Uid = pod.Uid }, isDryRun: false);
    }

    /// <param name="change">What else is to be written into the pod.</param>
    public async Task MarkAsync(StoredObject pod, string manager, string reason, string message, Action<JsonObject> change, CancellationToken ct) =>
        await parts.Writes.ModifyAsync(
            new WriteRequest(BuiltInKinds.Pods, pod.Namespace, pod.Name, "status", manager),
            node =>
            {
                Conditions.Set(node, new JsonObject
                {
                    ["type"] = "DisruptionTarget",
                    ["status"] = "True",
                    ["reason"] = reason,
                    ["message"] = message,
                    ["lastTransitionTime"] = KubeTime.Text(parts.Time.GetUtcNow()),
                });
                change(node);
                return new ChangeResult.Wanted(node, false);
            },
            ct);
}
