using Wandb.Operator.Resources;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>
/// Looks for pods that ask and that admission never saw, because no replica was there or none could be reached: they have no label, so no watch
/// shows them. Looks when this replica begins to lead, every <see cref="Interval"/>, and in the namespace of a new WandbRun. What is found
/// becomes <c>missed[]</c> of its WandbRun.
/// </summary>
internal sealed class UnseenPodReconciler : IReconciler<UnseenScope>
{
    /// <summary>10,000 pods are 20 requests for metadata.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private readonly IReadOnlyCollection<UnseenScope> _scopes;
    private readonly UnseenPodLookup _lookup;
    private readonly UnseenPods _unseen;
    private readonly ResourceCache<WandbRun> _runs;
    private readonly WorkQueue<NamespacedName> _runQueue;

    /// <param name="scopes">All that is looked after.</param>
    /// <param name="queue">Of this controller.</param>
    /// <param name="runQueue">Of the controller of WandbRuns.</param>
    public UnseenPodReconciler(
        IReadOnlyCollection<UnseenScope> scopes, UnseenPodLookup lookup, UnseenPods unseen, ResourceCache<WandbRun> runs, WorkQueue<UnseenScope> queue,
        WorkQueue<NamespacedName> runQueue)
    {
        (_scopes, _lookup, _unseen, _runs, _runQueue) = (scopes, lookup, unseen, runs, runQueue);
        runs.Changed += (key, before, after) =>
        {
            if (after is not null && after.Metadata.Uid != before?.Metadata.Uid)
                queue.Add(new UnseenScope(key.Namespace));
        };
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(UnseenScope key, CancellationToken ct)
    {
        var found = await _lookup.FindAsync(key.Namespace, ct);
        // For a WandbRun that comes later its namespace is looked through again.
        foreach (var run in _unseen.Replace(key.Namespace, found.Where(pod => _runs.Find(pod.Run) is not null)))
            _runQueue.Add(run);
        return _scopes.Contains(key) ? new ReconcileResult.RequeueAfter(Interval) : ReconcileResult.Finished;
    }
}
