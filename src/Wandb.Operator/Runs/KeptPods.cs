using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>
/// Pods by the WandbRun that they name: those that there are, and for a while those that there were, because how they ended is needed after
/// they are gone, and a last report may still be on its way. Times are those of one steady clock. Safe for concurrent use.
/// </summary>
/// <param name="capacity">Pods that are gone, at most; the one that went first gives way.</param>
internal sealed class KeptPods(int capacity = KeptPods.DefaultCapacity)
{
    /// <summary>Some 2 KB each.</summary>
    public const int DefaultCapacity = 5_000;

    /// <summary>An agent has its grace period for its last words; the status then has them.</summary>
    public static readonly TimeSpan GoneFor = TimeSpan.FromMinutes(10);

    // Guards all.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _byUid = new(StringComparer.Ordinal);
    private readonly Dictionary<NamespacedName, HashSet<string>> _byRun = [];
    private readonly Dictionary<(NamespacedName Run, string Controller, int? Index), HashSet<string>> _failedByWork = [];
    private readonly Queue<(TimeSpan Since, string Uid)> _gone = new();

    public int Count
    {
        get
        {
            lock (_gate)
                return _byUid.Count;
        }
    }

    public void Put(KnownPod pod)
    {
        lock (_gate)
        {
            // Its annotation may have been changed.
            Remove(pod.Uid);
            Keep(new Entry(pod, null));
        }
    }

    /// <summary>The API server does not have it any more.</summary>
    /// <returns>UIDs of those that are now forgotten for good.</returns>
    public IReadOnlyList<string> MarkGone(KnownPod pod, TimeSpan now)
    {
        lock (_gate)
        {
            if (!_byUid.TryGetValue(pod.Uid, out var entry) || entry.GoneSince is not null)
                return Forgotten(now);
            Remove(pod.Uid);
            Keep(entry with { GoneSince = now });
            _gone.Enqueue((now, pod.Uid));
            return Forgotten(now);
        }
    }

    /// <summary>Forgets those that have been gone long enough.</summary>
    public IReadOnlyList<string> Sweep(TimeSpan now)
    {
        lock (_gate)
            return Forgotten(now);
    }

    /// <summary>In no order.</summary>
    public IReadOnlyList<(KnownPod Pod, bool IsGone)> Of(NamespacedName run)
    {
        lock (_gate)
            return _byRun.TryGetValue(run, out var uids) ? [.. uids.Select(uid => Seen(_byUid[uid]))] : [];
    }

    /// <summary>Failed pods of the WandbRun, controller and index of a pod, which may be among them; a pod without a controller has none. In no order.</summary>
    public IReadOnlyList<KnownPod> FailedLike(KnownPod pod)
    {
        lock (_gate)
            return WorkOf(pod) is { } work && _failedByWork.TryGetValue(work, out var uids) ? [.. uids.Select(uid => _byUid[uid].Pod)] : [];
    }

    /// <summary>Null: it is not known, or was forgotten.</summary>
    public (KnownPod Pod, bool IsGone)? Find(string uid)
    {
        lock (_gate)
            return _byUid.TryGetValue(uid, out var entry) ? Seen(entry) : null;
    }

    /// <summary>What was over before it went has told how it ended.</summary>
    private static (KnownPod Pod, bool IsGone) Seen(Entry entry) => (entry.Pod, entry.GoneSince is not null && !entry.Pod.IsOver);

    // From here on within the gate.
    private List<string> Forgotten(TimeSpan now)
    {
        var forgotten = new List<string>();
        while (_gone.TryPeek(out var first) && (_gone.Count > capacity || now - first.Since >= GoneFor))
        {
            _gone.Dequeue();
            // A watch that was behind may have shown it again.
            if (_byUid.TryGetValue(first.Uid, out var entry) && entry.GoneSince == first.Since)
            {
                Remove(first.Uid);
                forgotten.Add(first.Uid);
            }
        }
        return forgotten;
    }

    private static (NamespacedName, string, int?)? WorkOf(KnownPod pod) => pod.Controller is { Uid.Length: > 0 } controller ? (pod.Run, controller.Uid, pod.Index) : null;

    private void Keep(Entry entry)
    {
        var pod = entry.Pod;
        _byUid[pod.Uid] = entry;
        if (!_byRun.TryGetValue(pod.Run, out var uids))
            _byRun.Add(pod.Run, uids = new HashSet<string>(StringComparer.Ordinal));
        uids.Add(pod.Uid);
        if (WorkOf(pod) is not { } work || !pod.HasFailed(Seen(entry).IsGone))
            return;
        if (!_failedByWork.TryGetValue(work, out var failed))
            _failedByWork.Add(work, failed = new HashSet<string>(StringComparer.Ordinal));
        failed.Add(pod.Uid);
    }

    private void Remove(string uid)
    {
        if (!_byUid.Remove(uid, out var entry))
            return;
        if (WorkOf(entry.Pod) is { } work && _failedByWork.TryGetValue(work, out var failed) && failed.Remove(uid) && failed.Count == 0)
            _failedByWork.Remove(work);
        var uids = _byRun[entry.Pod.Run];
        uids.Remove(uid);
        if (uids.Count == 0)
            _byRun.Remove(entry.Pod.Run);
    }

    /// <param name="Pod">As it was last seen.</param>
    /// <param name="GoneSince">Null: it is there.</param>
    private readonly record struct Entry(KnownPod Pod, TimeSpan? GoneSince);
}
