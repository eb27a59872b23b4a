using System.Globalization;
using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Storage;

/// <summary>All objects of one kind and the latest events about them. Guarded by the store's lock.</summary>
internal sealed class ObjectTable(IReadOnlyList<string> selectableFields, int window)
{
    private readonly SortedDictionary<string, StoredObject> objects = new(StringComparer.Ordinal);
    private readonly List<StoreEvent> events = [];
    private TaskCompletionSource changed = NewSignal();

    /// <summary>Events up to and with this version are forgotten; a watch from an older one is answered with 410.</summary>
    public long CompactedVersion { get; private set; }

    /// <summary>Ends with the next event, compaction or end of the kind.</summary>
    public Task Changed => changed.Task;

    /// <summary>The kind is gone: its CustomResourceDefinition was deleted.</summary>
    public bool IsGone { get; private set; }

    public IEnumerable<StoredObject> All => objects.Values;

    public StoredObject? Get(string ns, string name) => objects.GetValueOrDefault(Key(ns, name));

    /// <summary>Sorted by namespace and name, as etcd keys are.</summary>
    public IReadOnlyList<StoredObject> In(string? ns) => [.. ns is null ? objects.Values : objects.Values.Where(stored => stored.Namespace == ns)];

    public StoredObject Put(JsonObject node, long version)
    {
        node.Section("metadata")["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        var stored = StoredObject.Of(node, version, selectableFields);
        var key = Key(stored.Namespace, stored.Name);
        var previous = objects.GetValueOrDefault(key);
        objects[key] = stored;
        Append(new StoreEvent(previous is null ? StoreEventType.Added : StoreEventType.Modified, stored, previous));
        return stored;
    }

    public StoredObject Remove(StoredObject stored, long version)
    {
        objects.Remove(Key(stored.Namespace, stored.Name));
        var node = stored.Parse();
        node.Section("metadata")["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        var last = StoredObject.Of(node, version, selectableFields);
        Append(new StoreEvent(StoreEventType.Deleted, last, stored));
        return last;
    }

    /// <summary>The events after <paramref name="version"/>; null when some of them are forgotten.</summary>
    public IReadOnlyList<StoreEvent>? After(long version)
    {
        if (version < CompactedVersion)
        {
            return null;
        }

        var first = events.FindLastIndex(entry => entry.Version <= version) + 1;
        return events[first..];
    }

    /// <summary>Forgets all events but the latest <paramref name="keep"/>.</summary>
    public void Compact(int keep)
    {
        if (events.Count <= keep)
        {
            return;
        }

        CompactedVersion = events[events.Count - keep - 1].Version;
        events.RemoveRange(0, events.Count - keep);
        Signal();
    }

    public void End()
    {
        IsGone = true;
        Signal();
    }

    private void Append(StoreEvent entry)
    {
        events.Add(entry);
        if (events.Count >= 2 * window)
        {
            Compact(window);
        }

        Signal();
    }

    private void Signal()
    {
        var waiting = changed;
        changed = NewSignal();
        waiting.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Key(string ns, string name) => ns + "/" + name;
}
