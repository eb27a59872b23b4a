using Wandb.Operator.Injection;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Admission;

/// <summary>The caches that an admission looks into.</summary>
internal sealed class AdmissionCaches(
    ResourceCache<WandbRun> runs, ResourceCache<WandbProfile> profiles, ResourceCache<KnownJob> jobs, ResourceCache<KnownQuota> quotas,
    ResourceCache<KnownLimitRange> limitRanges, ResourceCache<OldNode> oldNodes, DroppedSidecars dropped)
{
    public ResourceCache<WandbRun> Runs => runs;

    public ResourceCache<WandbProfile> Profiles => profiles;

    /// <summary>Usually none.</summary>
    public IReadOnlyList<OldNode> OldNodes => [.. oldNodes.All.Select(cached => cached.Value)];

    /// <inheritdoc cref="DroppedSidecars.Pod"/>
    public string? HeldUpPod => dropped.Pod;

    public async ValueTask WhenFilledAsync(CancellationToken ct)
    {
        foreach (var cache in (IResourceCache[])[runs, profiles, jobs, quotas, limitRanges, oldNodes])
        {
            if (!cache.IsFilled)
                await cache.WhenFilledAsync(ct);
        }
    }

    /// <summary>Quotas and LimitRanges as JSON.</summary>
    public IEnumerable<string> LimitsOf(string @namespace) =>
        quotas.In(@namespace).Select(quota => quota.Value.Json).Concat(limitRanges.In(@namespace).Select(range => range.Value.Json));
}
