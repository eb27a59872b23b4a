using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Storage;

/// <summary>
/// All objects, one counter of versions for all kinds, and for each kind its latest events. A watcher keeps only the version that it has
/// seen and reads on from there, so a slow one costs no memory: it finds its events forgotten (410) and lists again.
/// </summary>
/// <param name="window">How many events of a kind are kept at least; at most twice as many.</param>
internal sealed class ObjectStore(int window)
{
    private readonly Lock gate = new(); // guards tables, snapshots and version
    private readonly Dictionary<string, ObjectTable> tables = new(StringComparer.Ordinal);
    private readonly ListSnapshots snapshots = new();
    private long version = 1;

    /// <summary>The version of the latest write.</summary>
    public long Version
    {
        get
        {
            lock (gate)
            {
                return version;
            }
        }
    }

    /// <summary>Opens the table of a kind; again after <see cref="EndKind"/> is a new one.</summary>
    public void AddKind(string kind, IReadOnlyList<string> selectableFields)
    {
        lock (gate)
        {
            tables[kind] = new ObjectTable(selectableFields, window);
        }
    }

    /// <summary>Closes the table of a kind with all that is in it; its watches end.</summary>
    public void EndKind(string kind)
    {
        lock (gate)
        {
            if (tables.Remove(kind, out var table))
            {
                table.End();
            }
        }
    }

    public StoredObject? Get(string kind, string ns, string name)
    {
        lock (gate)
        {
            return tables.GetValueOrDefault(kind)?.Get(ns, name);
        }
    }

    /// <summary>All objects of a kind at one moment, by namespace and name, and the version of that moment.</summary>
    public (IReadOnlyList<StoredObject> Objects, long Version) List(string kind, string? ns)
    {
        lock (gate)
        {
            return (tables.GetValueOrDefault(kind)?.In(ns) ?? [], version);
        }
    }

    /// <summary>Keeps the rest of a list for its next page.</summary>
    /// <returns>The continue token.</returns>
    public string KeepRest(string kind, IReadOnlyList<StoredObject> rest, long listVersion)
    {
        lock (gate)
        {
            return snapshots.Keep(kind, rest, listVersion);
        }
    }

    /// <summary>The rest of a list, in the state of its first page; null when the token is unknown or older than the latest compaction.</summary>
    public (IReadOnlyList<StoredObject> Left, long Version)? TakeRest(string kind, string token)
    {
        lock (gate)
        {
            return snapshots.Take(kind, token);
        }
    }

    public StoreWrite Create(string kind, JsonObject node)
    {
        lock (gate)
        {
            if (tables.GetValueOrDefault(kind) is not { } table)
            {
                return new StoreWrite.NotFound();
            }

            return table.Get(node.Namespace(), node.Name()) is not null
                ? new StoreWrite.AlreadyExists()
                : new StoreWrite.Done(table.Put(node, ++version));
        }
    }

    /// <summary>Replaces <paramref name="current"/>, if it is still the latest version.</summary>
    public StoreWrite Replace(string kind, StoredObject current, JsonObject node)
    {
        lock (gate)
        {
            if (tables.GetValueOrDefault(kind)?.Get(current.Namespace, current.Name) is not { } latest)
            {
                return new StoreWrite.NotFound();
            }

            if (latest.Version != current.Version)
            {
                return new StoreWrite.Conflict();
            }

            node.Section("metadata")["resourceVersion"] = latest.Parse().Text("metadata", "resourceVersion");
            return JsonNode.DeepEquals(node, latest.Parse()) ? new StoreWrite.Done(latest) : new StoreWrite.Done(tables[kind].Put(node, ++version));
        }
    }

    /// <summary>Removes <paramref name="current"/>, if it is still the latest version.</summary>
    public StoreWrite Remove(string kind, StoredObject current)
    {
        lock (gate)
        {
            if (tables.GetValueOrDefault(kind) is not { } table || table.Get(current.Namespace, current.Name) is not { } latest)
            {
                return new StoreWrite.NotFound();
            }

            return latest.Version == current.Version ? new StoreWrite.Done(table.Remove(latest, ++version)) : new StoreWrite.Conflict();
        }
    }

    /// <summary>What happened to a kind after <paramref name="seen"/>, and a task that ends with the next change.</summary>
    public StoreChanges ChangesAfter(string kind, long seen)
    {
        lock (gate)
        {
            return tables.GetValueOrDefault(kind) is { IsGone: false } table
                ? new StoreChanges(table.After(seen), version, table.Changed)
                : new StoreChanges(null, version, Task.CompletedTask);
        }
    }

    /// <summary>Forgets the events of all kinds, as a compaction of etcd does: older versions and continue tokens are answered with 410.</summary>
    public void Compact()
    {
        lock (gate)
        {
            snapshots.Clear();
            foreach (var table in tables.Values)
            {
                table.Compact(0);
            }
        }
    }
}
