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

    /// <summary>A reconciliation waits for the answer, and there are only a few at once.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // All are forgotten when it is reached.
    private const int MaxAnswers = 4096;

    // Guards the answers. By name as well: whoever makes a pod may write any UID into it, and what is not found under its name says nothing about others.
    private readonly Lock _gate = new();
    private readonly Dictionary<(NamespacedName Name, string Uid), (long At, KnownJob? Job)> _answers = [];

    /// <param name="owned">Pod that names it.</param>
    /// <param name="controller">A Job (<see cref="ControllerReference.IsJob"/>).</param>
    /// <returns>Null: it is gone, or no Job can have such a name.</returns>
    /// <exception cref="ApiException">The API server did not answer, or not within <see cref="Limit"/>.</exception>
    public async ValueTask<KnownJob?> FindAsync(NamespacedName owned, ControllerReference controller, CancellationToken ct)
    {
        if (!ObjectName.IsSubdomain(controller.Name))
            return null;
        var name = owned with { Name = controller.Name };
        lock (_gate)
        {
            if (_answers.TryGetValue((name, controller.Uid), out var known) && (known.Job is null or { HasEnded: true } || time.GetElapsedTime(known.At) < Freshness))
                return known.Job;
        }
        var path = $"/apis/batch/v1/namespaces/{Uri.EscapeDataString(name.Namespace)}/jobs/{Uri.EscapeDataString(name.Name)}";
        var outcome = await api.SendAsync(new ApiRequest(HttpMethod.Get, path) { TimeLimit = Limit }, ct);
        var job = outcome switch
        {
            ApiOutcome.Done done => KnownJob.Read(done.Body),
            ApiOutcome.Refused { Refusal.IsNotFound: true } => null,
            _ => throw new ApiException($"cannot read Job {name.Name} in namespace {name.Namespace}", outcome),
        };
        // Another one of its name says nothing about it.
        job = job?.Uid == controller.Uid ? job : null;
        lock (_gate)
        {
            if (_answers.Count >= MaxAnswers)
                _answers.Clear();
            _answers[(name, controller.Uid)] = (time.GetTimestamp(), job);
        }
        return job;
    }
}
