using Wandb.Operator.Reports;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>
/// Pods and Jobs of each WandbRun, as the caches show them, with the pods that went lately. Keeps itself up to date and tells which WandbRun is
/// to be looked at. Safe for concurrent use.
/// </summary>
internal sealed class RunWorkloads
{
    private readonly ResourceCache<KnownJob> _jobs;
    private readonly ReportStore _reports;
    private readonly WorkQueue<NamespacedName> _queue;
    private readonly TimeProvider _time;
    private readonly long _begin;
    private readonly KeptPods _pods = new();

    /// <param name="queue">Of the controller of WandbRuns.</param>
    public RunWorkloads(
        ResourceCache<KnownPod> pods, ResourceCache<KnownJob> jobs, ReportStore reports, WorkQueue<NamespacedName> queue, TimeProvider time)
    {
        (_jobs, _reports, _queue, _time, _begin) = (jobs, reports, queue, time, time.GetTimestamp());
        pods.Changed += PodChanged;
        jobs.Changed += JobChanged;
        foreach (var pod in pods.All)
            PodChanged(pod.Key, null, pod.Value);
    }

    /// <summary>Those that ask for it, and those that did and went lately; in no order.</summary>
    public IReadOnlyList<(KnownPod Pod, bool IsGone)> PodsOf(NamespacedName run) => _pods.Of(run);

    /// <inheritdoc cref="KeptPods.FailedLike"/>
    public IReadOnlyList<KnownPod> FailedLike(KnownPod pod) => _pods.FailedLike(pod);

    /// <summary>Null: it is not known.</summary>
    public (KnownPod Pod, bool IsGone)? Find(string podUid) => _pods.Find(podUid);

    /// <summary>Jobs whose pods will ask for it, also before there is a pod; in no order.</summary>
    public IReadOnlyList<KnownJob> JobsOf(NamespacedName run) =>
        [.. _jobs.In(run.Namespace).Select(job => job.Value).Where(job => job.Run == run)];

    /// <summary>The Job that a pod or Job names as its controller; null: it has none, it is none, or no cache has it.</summary>
    public KnownJob? JobOf(NamespacedName owned, ControllerReference? controller) =>
        controller is { IsJob: true } && _jobs.Find(owned with { Name = controller.Name }) is { } job && job.Uid == controller.Uid ? job : null;

    /// <summary>As far as the caches know its Job.</summary>
    public PodObservation Observe(KnownPod pod, bool isGone) => pod.Observe(JobOf(pod.Key, pod.Controller)?.Failure, isGone);

    private void PodChanged(NamespacedName key, KnownPod? before, KnownPod? after)
    {
        var now = _time.GetElapsedTime(_begin);
        // A name is used again, a UID never.
        var forgotten = before is not null && before.Uid != after?.Uid ? _pods.MarkGone(before, now) : _pods.Sweep(now);
        if (after is not null)
            _pods.Put(after);
        // The status has what they said.
        foreach (var uid in forgotten)
            _reports.Forget(uid);
        Look(before?.Run);
        Look(after?.Run);
    }

    private void JobChanged(NamespacedName key, KnownJob? before, KnownJob? after)
    {
        Look(before?.Run);
        Look(after?.Run);
    }

    private void Look(NamespacedName? run)
    {
        if (run is { } name)
            _queue.Add(name);
    }
}
