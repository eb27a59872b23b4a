using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>Pods that admission never saw, by WandbRun, as they were when somebody last looked. Safe for concurrent use.</summary>
internal sealed class UnseenPods
{
    // Guards the rest.
    private readonly Lock _gate = new();
    private Dictionary<NamespacedName, IReadOnlyList<UnseenPod>> _byRun = [];

    /// <summary>By name.</summary>
    public IReadOnlyList<UnseenPod> Of(NamespacedName run)
    {
        lock (_gate)
            return _byRun.GetValueOrDefault(run) ?? [];
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
            var before = _byRun;
            _byRun = before.Where(pair => @namespace.Length > 0 && pair.Key.Namespace != @namespace).Concat(after).ToDictionary();
            return [.. before.Keys.Union(_byRun.Keys).Where(run => !(before.GetValueOrDefault(run) ?? []).SequenceEqual(_byRun.GetValueOrDefault(run) ?? []))];
        }
    }
}
