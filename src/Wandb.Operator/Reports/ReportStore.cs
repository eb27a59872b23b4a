using Wandb.Contract;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Reports;

/// <summary>
/// The latest report of each pod, within a budget. When it is used up, pods of the namespace whose reports weigh most give way, the one that was silent
/// longest first: its WandbRun's status still has what it said, and while its agent lives it reports again. Nothing is left when another replica has led
/// since: what agents told that one is newer, and stands in the statuses. Safe for concurrent use.
/// </summary>
internal sealed class ReportStore(ReportBudget budget, ILeadership leadership)
{
    // Guards all below: the lists have the nodes of the map.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Kept>> _byUid = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NamespaceReports> _byNamespace = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _refused = new(StringComparer.Ordinal);
    private long _bytes;
    private long _displaced;
    private int _term = leadership.Term;

    public ReportBudget Budget => budget;

    public int Count
    {
        get
        {
            lock (_gate)
                return _byUid.Count;
        }
    }

    /// <summary>Weight of all that is kept.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _bytes;
        }
    }

    /// <summary>Pods that have given way so far.</summary>
    public long Displaced
    {
        get
        {
            lock (_gate)
                return _displaced;
        }
    }

    /// <param name="report">Not heavier than <see cref="ReportBudget.PodBytes"/>.</param>
    /// <returns><see cref="ReportNews.None"/>: a later report of the pod is here already, as one that was passed on by another replica may come late.</returns>
    public ReportNews Take(PodIdentity pod, AgentReport report, DateTimeOffset receivedAt)
    {
        var weight = ReportWeight.Of(report);
        lock (_gate)
        {
            ForgetOldTerm();
            var before = _byUid.GetValueOrDefault(pod.Uid)?.Value.Report;
            var news = ReportComparison.Of(before?.Report, report, receivedAt - (before?.ReceivedAt ?? receivedAt));
            if (news == ReportNews.None)
                return news;
            Remove(pod.Uid);
            Keep(new Kept(new PodReport(pod, report, receivedAt), weight));
            while (_bytes > budget.Bytes || _byUid.Count > budget.Pods)
            {
                Remove(_byNamespace.Values.MaxBy(reports => reports.Bytes)!.BySilence.First!.Value.Report.Pod.Uid);
                _displaced++;
            }
            return _refused.Remove(pod.Uid) ? ReportNews.State : news;
        }
    }

    /// <summary>A report of the pod is too large to be taken. What it said before stays.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Refuse(PodIdentity pod, DateTimeOffset receivedAt)
    {
        lock (_gate)
        {
            ForgetOldTerm();
            var isNews = !_refused.ContainsKey(pod.Uid);
            // Pods are forgotten when they are gone; so many at once are there nowhere.
            if (isNews && _refused.Count >= budget.Pods)
                return false;
            _refused[pod.Uid] = receivedAt;
            return isNews;
        }
    }

    /// <summary>When its latest report came, which was too large; null: it was not.</summary>
    public DateTimeOffset? RefusedAt(string uid)
    {
        lock (_gate)
        {
            ForgetOldTerm();
            return _refused.TryGetValue(uid, out var at) ? at : null;
        }
    }

    /// <summary>Null: the pod has not reported, or was forgotten.</summary>
    public PodReport? Find(string uid)
    {
        lock (_gate)
        {
            ForgetOldTerm();
            return _byUid.GetValueOrDefault(uid)?.Value.Report;
        }
    }

    /// <summary>Its pod is gone, and the status has what it said.</summary>
    public void Forget(string uid)
    {
        lock (_gate)
        {
            Remove(uid);
            _refused.Remove(uid);
        }
    }

    // From here on within the gate.
    private void ForgetOldTerm()
    {
        if (leadership.Term == _term)
            return;
        _term = leadership.Term;
        _byUid.Clear();
        _byNamespace.Clear();
        _refused.Clear();
        _bytes = 0;
    }

    private void Keep(Kept kept)
    {
        var pod = kept.Report.Pod;
        if (!_byNamespace.TryGetValue(pod.Namespace, out var reports))
            _byNamespace.Add(pod.Namespace, reports = new NamespaceReports());
        _byUid[pod.Uid] = reports.BySilence.AddLast(kept);
        reports.Bytes += kept.Weight;
        _bytes += kept.Weight;
    }

    private void Remove(string uid)
    {
        if (!_byUid.Remove(uid, out var node))
            return;
        var (@namespace, weight) = (node.Value.Report.Pod.Namespace, node.Value.Weight);
        var reports = _byNamespace[@namespace];
        reports.BySilence.Remove(node);
        reports.Bytes -= weight;
        _bytes -= weight;
        if (reports.BySilence.Count == 0)
            _byNamespace.Remove(@namespace);
    }

    private readonly record struct Kept(PodReport Report, long Weight);

    private sealed class NamespaceReports
    {
        /// <summary>The pod that was silent longest first.</summary>
        public LinkedList<Kept> BySilence { get; } = new();

        public long Bytes { get; set; }
    }
}
