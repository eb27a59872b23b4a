using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>
/// Deletes what has owners of which none is left; for foreground deletion, dependents before their owner; for orphaning, takes the owner
/// off its dependents first.
/// </summary>
internal sealed class GarbageCollector(ClusterParts parts)
{
    private const string Orphan = "orphan";
    private const string Foreground = "foregroundDeletion";

    public Task RunAsync(CancellationToken stoppingToken) => ChangeLoop.RunAsync(parts, () => Kinds().Select(kind => kind.Id), ReconcileAsync, stoppingToken);

    private IEnumerable<ResourceKind> Kinds() => parts.Registry.All.Where(kind => !kind.IsCreateOnly).DistinctBy(kind => kind.Id);

    private async Task<TimeSpan?> ReconcileAsync(CancellationToken cancellationToken)
    {
        // Dependents before owners: an owner that is made in between is then seen, and its dependents are never taken for orphans.
        var dependents = All().Where(item => item.Stored.Owners.Count > 0).ToList();
        var owners = All().ToList();
        var living = owners.Select(item => item.Stored.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var (kind, stored) in owners.Where(item => item.Stored.IsDeleting))
        {
            await FinishAsync(kind, stored, [.. dependents.Where(item => item.Stored.Owners.Contains(stored.Uid))], cancellationToken);
        }

        foreach (var (kind, stored) in dependents.Where(item => !item.Stored.IsDeleting && !item.Stored.Owners.Any(living.Contains)))
        {
            parts.Deletion.Delete(kind, stored.Namespace, stored.Name, DeleteOptions.Default with { Uid = stored.Uid }, isDryRun: false);
        }

        return null;
    }

    private IEnumerable<(ResourceKind Kind, StoredObject Stored)> All() =>
        Kinds().SelectMany(kind => parts.Store.List(kind.Id, null).Objects.Select(stored => (kind, stored)));

    private async Task FinishAsync(
        ResourceKind kind, StoredObject owner, IReadOnlyList<(ResourceKind Kind, StoredObject Stored)> dependents, CancellationToken cancellationToken)
    {
        string[] finalizers = [.. owner.Parse().Texts("metadata", "finalizers")];
        if (finalizers.Contains(Foreground))
        {
            foreach (var (dependentKind, stored) in dependents.Where(item => !item.Stored.IsDeleting))
            {
                parts.Deletion.Delete(dependentKind, stored.Namespace, stored.Name, DeleteOptions.Default with { Propagation = "Foreground" }, isDryRun: false);
            }

            if (dependents.Count == 0)
            {
                await ChangeAsync(kind, owner, node => Drop(node, "finalizers", item => item.Text() == Foreground), cancellationToken);
            }
        }
        else if (finalizers.Contains(Orphan))
        {
            foreach (var (dependentKind, stored) in dependents)
            {
                await ChangeAsync(dependentKind, stored, node => Drop(node, "ownerReferences", item => item.Text("uid") == owner.Uid), cancellationToken);
            }

            await ChangeAsync(kind, owner, node => Drop(node, "finalizers", item => item.Text() == Orphan), cancellationToken);
        }
    }

    private static void Drop(JsonObject node, string list, Predicate<JsonNode?> isGone) => node.Section("metadata").List(list).RemoveAll(item => isGone(item));

    private async Task ChangeAsync(ResourceKind kind, StoredObject stored, Action<JsonObject> change, CancellationToken cancellationToken) => await parts.Writes.ModifyAsync(
        new WriteRequest(kind, stored.Namespace, stored.Name, "", "kube-controller-manager"),
        node =>
        {
            change(node);
            return new ChangeResult.Wanted(node, false);
        },
        cancellationToken);
}
