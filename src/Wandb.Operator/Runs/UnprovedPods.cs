using Wandb.Contract;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>
/// Pods that have ended without a run that is known, and whose agents have not ended with the exit status that proves that nothing is left: what they told
/// last, and what the previous status remembers, because reports are forgotten with the operator, and pods go.
/// </summary>
internal static class UnprovedPods
{
    /// <summary>As the schema limits them.</summary>
    public const int MaxEntries = 100;

    /// <param name="entries">All runs that are known.</param>
    /// <param name="mayBeCounted">Whether runs of a pod may be among those that only totals tell of.</param>
    /// <returns>By pod; those that were never heard to their end, and the newest of the others: 100 at most.</returns>
    public static IReadOnlyList<UnprovedEntry> Of(RunObservation observation, IReadOnlyList<RunEntry> entries, Func<PodObservation, bool> mayBeCounted)
    {
        var reports = observation.Reports.ToDictionary(report => report.Pod.Uid, StringComparer.Ordinal);
        var unproved = (observation.Previous?.Unproved ?? []).ToDictionary(entry => entry.PodUid, StringComparer.Ordinal);
        var jobs = observation.Owners.Where(owner => owner.TellsPodsApart).Select(owner => owner.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var pod in observation.Pods.Where(pod => pod is { IsInjected: true, IsOver: true, HasBegun: true }))
        {
            var before = unproved.GetValueOrDefault(pod.Uid);
            var refusedAt = observation.Refused.TryGetValue(pod.Uid, out var at) ? at : reports.ContainsKey(pod.Uid) ? null : before?.RefusedAt;
            if (before is null && refusedAt is null && mayBeCounted(pod))
                continue;
            unproved[pod.Uid] = new UnprovedEntry
            {
                PodUid = pod.Uid,
                Pod = pod.Name,
                Index = pod.Index,
                Time = pod.CreatedAt,
                Job = pod.OwnerUid is { } owner && jobs.Contains(owner) ? owner : before?.Job,
                RepeatedBy = before?.RepeatedBy,
                RefusedAt = refusedAt,
                ReportedAt = refusedAt is not null ? null : reports.GetValueOrDefault(pod.Uid) is { Report.IsLast: true } last ? last.ReceivedAt : before?.ReportedAt,
            };
        }
        // A run may be shown as that of a younger pod of the same name, which has gone on with it.
        var told = entries.Select(entry => (entry.PodUid, entry.ReportedAt))
            .Concat(observation.Reports.Where(report => report.Report.Runs.Count > 0).Select(report => (PodUid: (string?)report.Pod.Uid, ReportedAt: (DateTimeOffset?)report.ReceivedAt)))
            // Of one whose last report was too large, only what came later is all that there is.
            .Where(run => run.PodUid is { } uid && (unproved.GetValueOrDefault(uid)?.RefusedAt is not { } refusedAt || run.ReportedAt > refusedAt))
            .Select(run => run.PodUid)
            .Concat(observation.Pods.Where(pod => pod.IsProved).Select(pod => pod.Uid))
            .ToHashSet(StringComparer.Ordinal);
        var runs = entries.ToLookup(entry => entry.PodUid, StringComparer.Ordinal);
        return
        [
            .. unproved.Values.Where(entry => !told.Contains(entry.PodUid))
                .Select(entry => entry with { RepeatedBy = entry.RepeatedBy ?? LaterAttempt(entry, observation.Pods, runs)?.Name })
                .OrderBy(entry => entry.ReportedAt is not null).ThenByDescending(entry => entry.Time).ThenBy(entry => entry.PodUid, StringComparer.Ordinal)
                .Take(MaxEntries)
                .OrderBy(entry => entry.Pod, StringComparer.Ordinal).ThenBy(entry => entry.PodUid, StringComparer.Ordinal),
        ];
    }

    private static PodObservation? LaterAttempt(UnprovedEntry entry, IReadOnlyList<PodObservation> pods, ILookup<string?, RunEntry> runs) =>
        entry.Job is null ? null : pods
            .Where(pod => pod is { IsOver: true, HasFailed: false } && pod.OwnerUid == entry.Job && pod.Index == entry.Index && pod.Uid != entry.PodUid && pod.CreatedAt >= entry.Time
                && runs[pod.Uid].Any() && runs[pod.Uid].All(run => RunStates.Is(run.State, ReportedRunState.Synced)))
            .OrderBy(pod => pod.CreatedAt).ThenBy(pod => pod.Uid, StringComparer.Ordinal)
            .FirstOrDefault();
}
