using Wandb.Contract;

namespace Wandb.Operator.Reports;

/// <summary>The latest report of each pod. Safe for concurrent use.</summary>
/// <param name="capacity">Pods at most; the one that was silent longest gives way, and its WandbRun's status still has what it said.</param>
internal sealed class ReportStore(int capacity = ReportStore.DefaultCapacity)
{
    /// <summary>Four times the 5,000 runs that one operator is measured with; some 20 KB each.</summary>
    public const int DefaultCapacity = 20_000;

    // Guards both: the list has the nodes of the map, the one that was silent longest first.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<PodReport>> _byUid = new(StringComparer.Ordinal);
    private readonly LinkedList<PodReport> _bySilence = new();

    public int Count
    {
        get
        {
            lock (_gate)
                return _byUid.Count;
        }
    }

    /// <returns><see cref="ReportNews.None"/>: a later report of the pod is here already, as one that was passed on by another replica may come late.</returns>
    public ReportNews Take(PodIdentity pod, AgentReport report, DateTimeOffset receivedAt)
    {
        lock (_gate)
        {
            var before = _byUid.GetValueOrDefault(pod.Uid);
            var news = ReportComparison.Of(before?.Value.Report, report, receivedAt - (before?.Value.ReceivedAt ?? receivedAt));
            if (news == ReportNews.None)
                return news;
            if (before is not null)
            {
                _bySilence.Remove(before);
            }
            else if (_byUid.Count >= capacity)
            {
                _byUid.Remove(_bySilence.First!.Value.Pod.Uid);
                _bySilence.RemoveFirst();
            }
            _byUid[pod.Uid] = _bySilence.AddLast(new PodReport(pod, report, receivedAt));
            return news;
        }
    }

    /// <summary>Null: the pod has not reported, or was forgotten.</summary>
    public PodReport? Find(string uid)
    {
        lock (_gate)
            return _byUid.GetValueOrDefault(uid)?.Value;
    }

    /// <summary>Its pod is gone, and the status has what it said.</summary>
    public void Forget(string uid)
    {
        lock (_gate)
        {
            if (_byUid.Remove(uid, out var node))
                _bySilence.Remove(node);
        }
    }
}
