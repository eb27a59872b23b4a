using System.Collections.Concurrent;
using Wandb.Operator.Resources;
using Wandb.Operator.Statuses;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>Brings the status of one WandbRun to what is known: gather, compute, write. A WandbRun that is gone needs nothing.</summary>
internal sealed class RunReconciler : IReconciler<NamespacedName>
{
    private readonly ResourceCache<WandbRun> _runs;
    private readonly RunGathering _gathering;
    private readonly StatusWriter<WandbRun, WandbRunStatus> _writer;
    private readonly WorkQueue<NamespacedName> _queue;
    private readonly ILeadership _leadership;
    private readonly ConcurrentDictionary<NamespacedName, (string? Uid, int Term, RunTally Tally)> _tallies = [];

    public RunReconciler(
        ResourceCache<WandbRun> runs, RunGathering gathering, StatusWriter<WandbRun, WandbRunStatus> writer, WorkQueue<NamespacedName> queue, ILeadership leadership)
    {
        (_runs, _gathering, _writer, _queue, _leadership) = (runs, gathering, writer, queue, leadership);
        runs.Changed += RunChanged;
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(NamespacedName key, CancellationToken ct)
    {
        if (_runs.FindObject(key) is not { } cached)
        {
            _writer.Forget(key, null);
            _tallies.TryRemove(key, out _);
            return ReconcileResult.Finished;
        }
        var term = _leadership.Term;
        var previous = _writer.Previous(key, cached);
        var (observation, isToRepeat) = await _gathering.ObserveAsync(cached.Value, previous, ct);
        var uid = cached.Value.Metadata.Uid;
        var known = _tallies.TryGetValue(key, out var kept) && (kept.Uid, kept.Term) == (uid, term) ? kept.Tally : null;
        var (status, tally) = RunStatusComputation.Next(observation with { Tally = known });
        // Whatever becomes of the write: it says what is known, and not what was told.
        if (tally is null)
            _tallies.TryRemove(key, out _);
        else
            _tallies[key] = (uid, term, tally);
        var result = await _writer.WriteAsync(cached.Value, previous, status, ct);
        return isToRepeat && result is ReconcileResult.Done ? new ReconcileResult.RequeueAfter(JobLookups.Freshness) : result;
    }

    private void RunChanged(NamespacedName key, WandbRun? before, WandbRun? after)
    {
        if (_writer.IsNews(key, before, after))
            _queue.Add(key);
    }
}
