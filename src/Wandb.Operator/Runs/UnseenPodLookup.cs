using Wandb.Operator.Injection;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>Lists metadata of pods and Jobs without our label, page by page, and keeps those that ask.</summary>
internal sealed class UnseenPodLookup(KubernetesApi api, OperatorMetrics metrics, TimeProvider time, ILogger<UnseenPodLookup> log)
{
    private const string Unlabelled = "!" + InjectionKeys.Run;

    /// <param name="namespace">"": all.</param>
    /// <exception cref="ApiException">A list is not complete.</exception>
    public async Task<IReadOnlyList<UnseenPod>> FindAsync(string @namespace, CancellationToken ct)
    {
        var jobs = await ListAsync(
            new WatchedResource<UnseenJob> { Name = "unlabelled jobs", Path = "/apis/batch/v1/jobs", LabelSelector = Unlabelled, IsMetadataOnly = true, Read = UnseenJob.Read },
            @namespace, ct);
        var runsByJob = jobs.ToDictionary(job => job.Uid, job => job.Run, StringComparer.Ordinal);
        return await ListAsync(
            new WatchedResource<UnseenPod>
            {
                Name = "unlabelled pods",
                Path = "/api/v1/pods",
                LabelSelector = Unlabelled,
                IsMetadataOnly = true,
                Read = pod => UnseenPod.Read(pod, runsByJob),
            },
            @namespace, ct);
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(WatchedResource<T> resource, string @namespace, CancellationToken ct)
        where T : class
    {
        var part = @namespace.Length == 0 ? resource : resource.In(@namespace);
        var all = await new ResourcePages<T>(part, new ObjectReader<T>(part, metrics, log), api, time).ReadAllAsync(ct);
        metrics.Listed(resource.Name);
        return [.. all.Select(found => found.Value)];
    }
}
