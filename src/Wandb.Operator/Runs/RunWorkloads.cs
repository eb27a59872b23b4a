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
    private readonly DateTimeOffset _started;
    private readonly KeptPods _pods = new();
    private volatile string? _heldUp;

    /// <param name="queue">Of the controller of WandbRuns.</param>
    public RunWorkloads(
        ResourceCache<KnownPod> pods, ResourceCache<KnownJob> jobs, ReportStore reports, WorkQueue<NamespacedName> queue, TimeProvider time)
    {
        (_jobs, _reports, _queue, _time, _begin, _started) = (jobs, reports, queue, time, time.GetTimestamp(), time.GetUtcNow());
        pods.Changed += PodChanged;
        jobs.Changed += JobChanged;
        foreach (var pod in pods.All)
            PodChanged(pod.Key, null, pod.Value);
    }

    /// <summary>
    /// <c>namespace/name</c> of the first pod since the operator started that its agent holds up (<see cref="PodObservation.IsHeldUp"/>); null: none. It is not forgotten when the
    /// pod goes: an API server that takes one sidecar for an init container does so with each.
    /// </summary>
    public string? HeldUpPod => _heldUp;

    /// <summary>Those that ask for it, and those that did and went lately; in no order.</summary>
    public IReadOnlyList<(KnownPod Pod, bool IsGone)> PodsOf(NamespacedName run) => _pods.Of(run);

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
        // An older one may be of a time when the gate was off.
        if (after is { IsHeldUp: true } && !(after.CreatedAt < _started))
            _heldUp ??= after.Key.ToString();
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
