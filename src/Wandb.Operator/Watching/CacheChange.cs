using System.Collections.Immutable;

namespace Wandb.Operator.Watching;

/// <summary>What a watch does to its cache.</summary>
internal abstract record CacheChange<T>
    where T : class
{
    private CacheChange()
    {
    }

    public sealed record Put(CachedObject<T> Object) : CacheChange<T>;

    public sealed record Remove(NamespacedName Key) : CacheChange<T>;

    /// <summary>A list is complete: whatever is not in it was deleted while nobody watched. From now on the cache is filled.</summary>
    public sealed record Retain(ImmutableHashSet<NamespacedName> Keys) : CacheChange<T>;
}
