using System.Collections.Immutable;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kinds;

/// <summary>The kinds that are served now. Safe between threads: readers see one state of the list.</summary>
internal sealed class KindRegistry
{
    private readonly ObjectStore store;
    private ImmutableArray<ResourceKind> kinds = [.. BuiltInKinds.All];

    public KindRegistry(ObjectStore store)
    {
        this.store = store;
        foreach (var kind in kinds.Where(kind => !kind.IsCreateOnly))
        {
            store.AddKind(kind.Id, kind.SelectableFields);
        }
    }

    public IReadOnlyList<ResourceKind> All => kinds;

    public ResourceKind? Find(string group, string version, string plural) =>
        kinds.FirstOrDefault(kind => kind.Group == group && kind.Version == version && kind.Plural == plural);

    public ResourceKind? FindByKind(string apiVersion, string name) => kinds.FirstOrDefault(kind => kind.ApiVersion == apiVersion && kind.Kind == name);

    /// <summary>Serves the versions of one CustomResourceDefinition, in place of those that it had before.</summary>
    public void Serve(IReadOnlyList<ResourceKind> versions)
    {
        var isNew = kinds.All(kind => kind.Id != versions[0].Id);
        kinds = [.. kinds.Where(kind => kind.Id != versions[0].Id), .. versions];
        if (isNew)
        {
            store.AddKind(versions[0].Id, versions[0].SelectableFields);
        }
    }

    /// <summary>Serves a custom kind no longer; its objects go with it.</summary>
    public void Drop(string id)
    {
        kinds = [.. kinds.Where(kind => kind.Id != id)];
        store.EndKind(id);
    }
}
