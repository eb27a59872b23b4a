using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>Keeps the pods of Deployments. Another template makes new pods, and the old ones go when those are ready; there are no ReplicaSets, and nothing to go back to.</summary>
internal sealed class DeploymentController(ClusterParts parts)
{
    private readonly OwnedPods owned = new(parts, "deployment-controller");

    public Task RunAsync(CancellationToken stoppingToken) =>
        ChangeLoop.RunAsync(parts, () => [BuiltInKinds.Deployments.Id, BuiltInKinds.Pods.Id], ReconcileAsync, stoppingToken);

    private async Task<TimeSpan?> ReconcileAsync(CancellationToken cancellationToken)
    {
        TimeSpan? again = null;
        foreach (var stored in parts.Store.List(BuiltInKinds.Deployments.Id, null).Objects.Where(stored => !stored.IsDeleting))
        {
            again = await ReconcileAsync(stored.Parse(), cancellationToken) ? again : OwnedPods.AfterRefusal;
        }

        return again;
    }

    /// <returns>False: a pod was refused.</returns>
    private async Task<bool> ReconcileAsync(JsonObject deployment, CancellationToken cancellationToken)
    {
        var decision = DeploymentDecision.For(deployment, owned.Of(deployment));
        foreach (var pod in decision.Delete)
        {
            owned.Delete(pod);
        }

        var isDone = true;
        for (var missing = decision.Create; missing > 0 && isDone; missing--)
        {
            var hash = DeploymentDecision.HashOf(deployment);
            var pod = OwnedPods.FromTemplate(deployment, $"{deployment.Name()}-{hash}-");
            pod.Section("metadata").Section("labels")[DeploymentDecision.TemplateLabel] = hash;
            isDone = await owned.CreateAsync(deployment, pod, cancellationToken);
        }

        await WriteStatusAsync(deployment, decision, cancellationToken);
        return isDone;
    }

    private async Task WriteStatusAsync(JsonObject deployment, DeploymentDecision decision, CancellationToken cancellationToken)
    {
        var now = KubeTime.Text(parts.Time.GetUtcNow());
        await parts.Writes.ModifyAsync(
            new WriteRequest(BuiltInKinds.Deployments, deployment.Namespace(), deployment.Name(), "status", "kube-controller-manager"),
            node =>
            {
                var status = node.Section("status");
                status["observedGeneration"] = deployment.Number("metadata", "generation");
                status["replicas"] = decision.Replicas;
                status["updatedReplicas"] = decision.Updated;
                status["readyReplicas"] = decision.Ready;
                status["availableReplicas"] = decision.Ready;
                status["unavailableReplicas"] = Math.Max(0, decision.Wanted - decision.Ready);
                Conditions.Set(node, Condition(decision.IsAvailable, now));
                return new ChangeResult.Wanted(node, false);
            },
            cancellationToken);
    }

    private static JsonObject Condition(bool isAvailable, string now) => new()
    {
        ["type"] = "Available",
        ["status"] = isAvailable ? "True" : "False",
        ["reason"] = isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        ["message"] = isAvailable ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
        ["lastTransitionTime"] = now,
    };
}
