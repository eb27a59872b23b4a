using Wandb.Operator.Resources;
using Wandb.Operator.Statuses;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Profiles;

/// <summary>Brings the status of one WandbProfile to what is known: gather, compute, write. One that is gone needs nothing.</summary>
internal sealed class ProfileReconciler : IReconciler<ProfileKey>
{
    private readonly ResourceCache<WandbProfile> _profiles;
    private readonly ResourceCache<WandbRun> _runs;
    private readonly StatusWriter<WandbProfile, WandbProfileStatus> _writer;
    private readonly WorkQueue<ProfileKey> _queue;
    private readonly TimeProvider _time;

    public ProfileReconciler(
        ResourceCache<WandbProfile> profiles, ResourceCache<WandbRun> runs, StatusWriter<WandbProfile, WandbProfileStatus> writer, WorkQueue<ProfileKey> queue,
        TimeProvider time)
    {
        (_profiles, _runs, _writer, _queue, _time) = (profiles, runs, writer, queue, time);
        profiles.Changed += ProfileChanged;
        runs.Changed += RunChanged;
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ProfileKey key, CancellationToken ct)
    {
        if (_profiles.FindObject(key.Name) is not { } cached)
        {
            _writer.Forget(key.Name, null);
            return ReconcileResult.Finished;
        }
        var previous = _writer.Previous(key.Name, cached);
        var observation = new ProfileObservation
        {
            Spec = cached.Value.Spec,
            Generation = cached.Value.Metadata.Generation,
            Runs = [.. _runs.In(key.Name.Namespace).Select(run => run.Value).Where(run => ProfileOf(run) == key.Name.Name)],
            Previous = previous,
            Now = _time.GetUtcNow(),
        };
        return await _writer.WriteAsync(cached.Value, previous, ProfileStatusComputation.Of(observation), ct);
    }

    private static string ProfileOf(WandbRun run) => run.Spec.Profile ?? WandbProfile.DefaultName;

    private void ProfileChanged(NamespacedName name, WandbProfile? before, WandbProfile? after)
    {
        if (_writer.IsNews(name, before, after))
            _queue.Add(new ProfileKey(name));
    }

    /// <summary>Only a run's spec matters here, while its status is written all the time.</summary>
    private void RunChanged(NamespacedName name, WandbRun? before, WandbRun? after)
    {
        if (before is not null && after is not null && before.Metadata.Uid == after.Metadata.Uid && before.Metadata.Generation == after.Metadata.Generation)
            return;
        foreach (var run in new[] { before, after })
        {
            if (run is not null)
                _queue.Add(new ProfileKey(name with { Name = ProfileOf(run) }));
        }
    }
}
