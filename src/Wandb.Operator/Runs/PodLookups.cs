using Wandb.Operator.Reports;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>
/// Pods that report before the cache has them. Asks the API server once, and not again for a while, whatever it said: a pod that is none of
/// ours may ask as often as it likes. Safe for concurrent use.
/// </summary>
internal sealed class PodLookups(KubernetesApi api, TimeProvider time)
{
    /// <summary>By then the cache has a pod that exists.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    // All old ones are dropped when it is reached; each is a pod with a valid token of its own.
    private const int MaxAnswers = 1024;

    // Guards the answers.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long At, KnownPod? Pod)> _byUid = new(StringComparer.Ordinal);

    /// <returns>Null: there is no such pod, or it does not ask for a WandbRun.</returns>
    /// <exception cref="ApiException">The API server did not answer.</exception>
    public async ValueTask<KnownPod?> FindAsync(PodIdentity identity, CancellationToken ct)
    {
        if (Known(identity.Uid) is { } known)
            return known.Pod;
        var outcome = await api.GetAsync($"/api/v1/namespaces/{identity.Namespace}/pods/{identity.Name}", ct);
        var pod = outcome switch
        {
            ApiOutcome.Done done => KnownPod.Read(done.Body),
            ApiOutcome.Refused { Refusal.IsNotFound: true } => null,
            _ => throw new ApiException($"cannot read pod {identity.Name} in namespace {identity.Namespace}", outcome),
        };
        pod = pod?.Uid == identity.Uid ? pod : null;
        lock (_gate)
        {
            if (_byUid.Count >= MaxAnswers)
                DropOld();
            _byUid[identity.Uid] = (time.GetTimestamp(), pod);
        }
        return pod;
    }

    /// <summary>What was found lately, without asking; null: nothing.</summary>
    public (long At, KnownPod? Pod)? Known(string uid)
    {
        lock (_gate)
            return _byUid.TryGetValue(uid, out var known) && time.GetElapsedTime(known.At) < Freshness ? known : null;
    }

    private void DropOld()
    {
        foreach (var uid in _byUid.Where(entry => time.GetElapsedTime(entry.Value.At) >= Freshness).Select(entry => entry.Key).ToList())
            _byUid.Remove(uid);
    }
}
