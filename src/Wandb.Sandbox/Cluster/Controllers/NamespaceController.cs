using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>Gives each namespace its default service account, and empties namespaces that are to be deleted.</summary>
internal sealed class NamespaceController(ClusterParts parts)
{
    // While content goes away in its own time.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    public Task RunAsync(CancellationToken stoppingToken) =>
        ChangeLoop.RunAsync(parts, () => [BuiltInKinds.Namespaces.Id, BuiltInKinds.ServiceAccounts.Id], ReconcileAsync, stoppingToken);

    public async Task<TimeSpan?> ReconcileAsync(CancellationToken cancellationToken)
    {
        TimeSpan? again = null;
        foreach (var ns in parts.Store.List(BuiltInKinds.Namespaces.Id, null).Objects)
        {
            if (ns.IsDeleting)
            {
                again = LookAgain;
                await EmptyAsync(ns.Name, cancellationToken);
            }
            else if (parts.Store.Get(BuiltInKinds.ServiceAccounts.Id, ns.Name, "default") is null)
            {
                var account = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default" } };
                await parts.Writes.CreateAsync(new WriteRequest(BuiltInKinds.ServiceAccounts, ns.Name, "", "", "kube-controller-manager"), account, cancellationToken);
            }
        }

        return again;
    }

    private async Task EmptyAsync(string ns, CancellationToken cancellationToken)
    {
        var isEmpty = true;
        foreach (var kind in parts.Registry.All.Where(kind => kind is { IsNamespaced: true, IsCreateOnly: false }).DistinctBy(kind => kind.Id))
        {
            foreach (var stored in parts.Store.List(kind.Id, ns).Objects)
            {
                isEmpty = false;
                if (!stored.IsDeleting)
                {
                    parts.Deletion.Delete(kind, ns, stored.Name, DeleteOptions.Default, isDryRun: false);
                }
            }
        }

        if (isEmpty)
        {
            await parts.Writes.ModifyAsync(
                new WriteRequest(BuiltInKinds.Namespaces, "", ns, "", "kube-controller-manager"),
                node =>
                {
                    node.Section("spec")["finalizers"] = new JsonArray();
                    return new ChangeResult.Wanted(node, false);
                },
                cancellationToken);
        }
    }
}
