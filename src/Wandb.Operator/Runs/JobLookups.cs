using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>
/// Jobs that no cache has: those that were made while nobody labelled them, and those that are gone. Asks the API server once, and again when
/// the answer is old. Safe for concurrent use.
/// </summary>
internal sealed class JobLookups(KubernetesApi api, TimeProvider time)
{
    /// <summary>How long a Job that goes on is believed to go on. One that has ended, or is gone, stays so.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);

    // Looked through when it is reached.
    private const int MaxAnswers = 4096;

    // Guards the answers.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long At, KnownJob? Job)> _byUid = new(StringComparer.Ordinal);

    /// <param name="owned">Pod that names it.</param>
    /// <param name="controller">A Job (<see cref="ControllerReference.IsJob"/>).</param>
    /// <returns>Null: it is gone.</returns>
    /// <exception cref="ApiException">The API server did not answer.</exception>
    public async ValueTask<KnownJob?> FindAsync(NamespacedName owned, ControllerReference controller, CancellationToken ct)
    {
        lock (_gate)
        {
            if (_byUid.TryGetValue(controller.Uid, out var known) && (known.Job is null or { HasEnded: true } || time.GetElapsedTime(known.At) < Freshness))
                return known.Job;
        }
        var outcome = await api.GetAsync($"/apis/batch/v1/namespaces/{owned.Namespace}/jobs/{controller.Name}", ct);
        var job = outcome switch
        {
            ApiOutcome.Done done => KnownJob.Read(done.Body),
            ApiOutcome.Refused { Refusal.IsNotFound: true } => null,
            _ => throw new ApiException($"cannot read Job {controller.Name} in namespace {owned.Namespace}", outcome),
        };
        // Another one of its name says nothing about it.
        job = job?.Uid == controller.Uid ? job : null;
        lock (_gate)
        {
            if (_byUid.Count >= MaxAnswers)
                _byUid.Clear();
            _byUid[controller.Uid] = (time.GetTimestamp(), job);
        }
        return job;
    }
}
