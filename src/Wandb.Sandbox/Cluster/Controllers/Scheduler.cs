using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>Assigns each pod to a ready node that fits its nodeSelector, in turn. Resources, affinity and taints are not looked at.</summary>
internal sealed class Scheduler(ClusterParts parts)
{
    private readonly EventWriter events = new(parts, "default-scheduler");
    private int turn;

    public Task RunAsync(CancellationToken stoppingToken) =>
        ChangeLoop.RunAsync(parts, () => [BuiltInKinds.Pods.Id, BuiltInKinds.Nodes.Id], ReconcileAsync, stoppingToken);

    private async Task<TimeSpan?> ReconcileAsync(CancellationToken cancellationToken)
    {
        foreach (var pod in parts.Store.List(BuiltInKinds.Pods.Id, null).Objects.Where(pod => pod.Fields["spec.nodeName"].Length == 0 && !pod.IsDeleting))
        {
            var node = pod.Parse();
            var fitting = Fitting(node).ToList();
            var request = new WriteRequest(BuiltInKinds.Pods, pod.Namespace, pod.Name, "", "default-scheduler");
            if (fitting.Count == 0)
            {
                var waiting = Condition("False", "Unschedulable", "no ready node matches the pod's node selector");
                await SetStatusAsync(request, waiting, cancellationToken);
                continue;
            }

            var chosen = fitting[turn++ % fitting.Count];
            await parts.Writes.ModifyAsync(
                request,
                current =>
                {
                    current.Section("spec")["nodeName"] = chosen;
                    return new ChangeResult.Wanted(current, false);
                },
                cancellationToken);
            await SetStatusAsync(request, Condition("True", null, null), cancellationToken);
            await events.WriteAsync(node, "Normal", "Scheduled", $"Successfully assigned {pod.Namespace}/{pod.Name} to {chosen}", cancellationToken);
        }

        return null;
    }

    private IEnumerable<string> Fitting(JsonObject pod)
    {
        var wanted = pod.Pairs("spec", "nodeSelector").ToList();
        foreach (var stored in parts.Store.List(BuiltInKinds.Nodes.Id, null).Objects)
        {
            var isReady = stored.Parse().Objects("status", "conditions").Any(item => item.Text("type") == "Ready" && item.Text("status") == "True");
            if (isReady && wanted.TrueForAll(pair => stored.Labels.GetValueOrDefault(pair.Key) == pair.Value))
            {
                yield return stored.Name;
            }
        }
    }

    private JsonObject Condition(string status, string? reason, string? message) => new()
    {
        ["type"] = "PodScheduled",
        ["status"] = status,
        ["reason"] = reason,
        ["message"] = message,
        ["lastTransitionTime"] = KubeTime.Text(parts.Time.GetUtcNow()),
    };

    private async Task SetStatusAsync(WriteRequest request, JsonObject condition, CancellationToken cancellationToken) => await parts.Writes.ModifyAsync(
        request with { Subresource = "status" },
        current =>
        {
            Conditions.Set(current, condition);
            return new ChangeResult.Wanted(current, false);
        },
        cancellationToken);
}
