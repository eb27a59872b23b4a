using Wandb.Operator.Serving;

namespace Wandb.Operator.Watching;

/// <summary>Ready when every cache has read its first list.</summary>
internal sealed class CachesReadiness(IEnumerable<IResourceCache> caches) : IReadiness
{
    private readonly IResourceCache[] _caches = [.. caches];

    public string Name => "caches";

    public bool IsReady => _caches.All(cache => cache.IsFilled);

    public string? Reason => Missing() is { Length: > 0 } missing ? missing + " not listed yet" : null;

    private string Missing() => string.Join(", ", _caches.Where(cache => !cache.IsFilled).Select(cache => cache.Name));
}
