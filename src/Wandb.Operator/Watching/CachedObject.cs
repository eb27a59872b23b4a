namespace Wandb.Operator.Watching;

/// <summary>What is kept of one object, and the version that it was taken from.</summary>
internal readonly record struct CachedObject<T>(NamespacedName Key, string ResourceVersion, T Value)
    where T : class;
