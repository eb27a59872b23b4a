namespace Wandb.Operator.Reports;

/// <summary>The allowance of each pod. Safe for concurrent use; a pod that is silent for a while needs no memory.</summary>
internal sealed class ReportRates
{
    // Looked through when it is reached, and twice what was left is the next limit.
    private const int FirstLimit = 1024;

    // Guards both.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ReportAllowance> _byUid = new(StringComparer.Ordinal);
    private int _limit = FirstLimit;

    /// <returns>Zero: the report may come; otherwise how long its pod has to wait.</returns>
    public TimeSpan Take(string uid, DateTimeOffset now)
    {
        lock (_gate)
        {
            var before = _byUid.TryGetValue(uid, out var known) ? known : ReportAllowance.Full(now);
            var (next, wait) = before.Take(now);
            _byUid[uid] = next;
            if (_byUid.Count > _limit)
                ForgetFull(now);
            return wait;
        }
    }

    private void ForgetFull(DateTimeOffset now)
    {
        foreach (var uid in _byUid.Where(entry => entry.Value.IsFull(now)).Select(entry => entry.Key).ToList())
            _byUid.Remove(uid);
        _limit = Math.Max(FirstLimit, 2 * _byUid.Count);
    }
}
