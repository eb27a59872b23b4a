using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>
/// Pods that admission never saw, by WandbRun, as they were when this replica last looked; none as long as it has not looked since another one led. Safe for
/// concurrent use.
/// </summary>
internal sealed class UnseenPods(ILeadership leadership)
{
    // Guards the rest.
    private readonly Lock _gate = new();
    private Dictionary<NamespacedName, IReadOnlyList<UnseenPod>> _byRun = [];
    private int _term = leadership.Term;

    /// <summary>By name.</summary>
    public IReadOnlyList<UnseenPod> Of(NamespacedName run)
    {
        lock (_gate)
        {
            ForgetOldTerm();
            return _byRun.GetValueOrDefault(run) ?? [];
        }
    }

    /// <param name="namespace">In which everything was looked at; "": in all.</param>
    /// <param name="found">All that there are; the newest <see cref="MissedPods.MaxEntries"/> of each WandbRun are kept.</param>
    /// <returns>WandbRuns of which something is another than before.</returns>
    public IReadOnlyList<NamespacedName> Replace(string @namespace, IEnumerable<UnseenPod> found)
    {
        var after = found.GroupBy(pod => pod.Run).ToDictionary(
            group => group.Key,
            IReadOnlyList<UnseenPod> (group) =>
            [
                .. group.OrderByDescending(pod => pod.CreatedAt).ThenBy(pod => pod.Name, StringComparer.Ordinal)
                    .Take(MissedPods.MaxEntries)
                    .OrderBy(pod => pod.Name, StringComparer.Ordinal),
            ]);
        lock (_gate)
        {
            ForgetOldTerm();
            var before = _byRun;
            _byRun = before.Where(pair => @namespace.Length > 0 && pair.Key.Namespace != @namespace).Concat(after).ToDictionary();
            return [.. before.Keys.Union(_byRun.Keys).Where(run => !(before.GetValueOrDefault(run) ?? []).SequenceEqual(_byRun.GetValueOrDefault(run) ?? []))];
        }
    }

    // Within the gate.
    private void ForgetOldTerm()
    {
        if (leadership.Term == _term)
            return;
        (_term, _byRun) = (leadership.Term, []);
    }
}
