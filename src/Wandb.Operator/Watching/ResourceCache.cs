using System.Diagnostics;

namespace Wandb.Operator.Watching;

/// <summary>
/// The last seen objects of one watch, or of one for each of some namespaces. Safe for concurrent use; written by its watches alone. Memory: one
/// reduced value for each object that matches the watch's selectors, and nothing of what the server sent.
/// </summary>
/// <param name="name">The watch's: see <see cref="WatchedResource{T}.Name"/>.</param>
/// <param name="namespaces">Those that have a watch each; none: one watch sees everything.</param>
internal sealed class ResourceCache<T>(string name, params IReadOnlyCollection<string> namespaces) : IResourceCache
    where T : class
{
    // Guards _byNamespace, _count and _unlisted. Namespaces without objects are not kept.
    private readonly Lock _gate = new();
    private readonly HashSet<string> _unlisted = new(namespaces, StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, CachedObject<T>>> _byNamespace = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _filled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    /// <summary>
    /// Key, value before (null: new), value after (null: gone). Told after the cache has it, one at a time for each watch, in the order of the
    /// server; never for equal values. An object that was deleted and made again while nobody watched is one change: compare UIDs. Subscribers return
    /// at once and do not throw.
    /// </summary>
    public event Action<NamespacedName, T?, T?>? Changed;

    public string Name => name;

    public bool IsFilled => _filled.Task.IsCompleted;

    public int Count => Volatile.Read(ref _count);

    /// <summary>A copy, in no order.</summary>
    public IReadOnlyList<CachedObject<T>> All
    {
        get
        {
            lock (_gate)
                return [.. _byNamespace.Values.SelectMany(objects => objects.Values)];
        }
    }

    public Task WhenFilledAsync(CancellationToken ct) => _filled.Task.WaitAsync(ct);

    public T? Find(NamespacedName key) => FindObject(key)?.Value;

    /// <summary>With its resourceVersion.</summary>
    public CachedObject<T>? FindObject(NamespacedName key)
    {
        lock (_gate)
            return _byNamespace.TryGetValue(key.Namespace, out var objects) && objects.TryGetValue(key.Name, out var found) ? found : null;
    }

    /// <summary>A copy, in no order.</summary>
    public IReadOnlyList<CachedObject<T>> In(string @namespace)
    {
        lock (_gate)
            return _byNamespace.TryGetValue(@namespace, out var objects) ? [.. objects.Values] : [];
    }

    /// <summary>For the watches that fill this cache, and for tests.</summary>
    /// <param name="namespace">Of the watch, see <see cref="WatchedResource{T}.Namespace"/>: its list says nothing about others.</param>
    public void Apply(CacheChange<T> change, string? @namespace = null)
    {
        switch (change)
        {
            case CacheChange<T>.Put put:
                Put(put.Object);
                break;
            case CacheChange<T>.Remove remove:
                Remove(remove.Key);
                break;
            case CacheChange<T>.Retain retain:
                var known = @namespace is null ? All : In(@namespace);
                foreach (var key in known.Select(cached => cached.Key).Where(key => !retain.Keys.Contains(key)))
                    Remove(key);
                if (IsListed(@namespace))
                    _filled.TrySetResult();
                break;
            default:
                throw new UnreachableException();
        }
    }

    private bool IsListed(string? @namespace)
    {
        lock (_gate)
        {
            if (@namespace is not null)
                _unlisted.Remove(@namespace);
            return _unlisted.Count == 0;
        }
    }

    private void Put(CachedObject<T> cached)
    {
        T? before;
        lock (_gate)
        {
            if (!_byNamespace.TryGetValue(cached.Key.Namespace, out var objects))
                _byNamespace.Add(cached.Key.Namespace, objects = new(StringComparer.Ordinal));
            before = objects.TryGetValue(cached.Key.Name, out var old) ? old.Value : null;
            if (before is null)
                _count++;
            objects[cached.Key.Name] = cached;
        }
        if (!cached.Value.Equals(before))
            Changed?.Invoke(cached.Key, before, cached.Value);
    }

    private void Remove(NamespacedName key)
    {
        CachedObject<T> removed;
        lock (_gate)
        {
            if (!_byNamespace.TryGetValue(key.Namespace, out var objects) || !objects.Remove(key.Name, out removed))
                return;
            _count--;
            if (objects.Count == 0)
                _byNamespace.Remove(key.Namespace);
        }
        Changed?.Invoke(key, removed.Value, null);
    }
}
