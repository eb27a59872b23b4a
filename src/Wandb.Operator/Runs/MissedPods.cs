using Wandb.Operator.Injection;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>Pods that asked and were not injected: what admission wrote into them, and what the previous status remembers.</summary>
internal static class MissedPods
{
    /// <summary>As the schema limits them.</summary>
    public const int MaxEntries = 100;

    // As the schema limits it.
    private const int MaxMessage = 4096;

    private const string Unseen = "NotSeen";
    private const string UnseenMessage = "the pod was created while wandb-operator did not answer, or before this WandbRun; create it again to have it injected";
    private const string UnseenJobMessage = "its Job was created while wandb-operator did not answer, so that its pods do not ask; create the Job again to have them injected";

    /// <returns>By pod; the newest 100.</returns>
    public static IReadOnlyList<MissedEntry> Of(RunObservation observation)
    {
        var missed = observation.Pods.Where(IsMissed).ToList();
        var entries = new Dictionary<string, MissedEntry>(StringComparer.Ordinal);
        foreach (var pod in missed.Where(pod => pod.Missed is not null))
            entries.TryAdd(pod.Name, new MissedEntry { Pod = pod.Name, Reason = pod.Missed!.Reason, Message = pod.Missed.Message, Time = pod.CreatedAt });
        foreach (var entry in observation.Previous?.Missed ?? [])
        {
            if (!entries.TryGetValue(entry.Pod, out var known) || known.Reason == Unseen)
                entries[entry.Pod] = entry;
        }
        foreach (var pod in missed)
            entries.TryAdd(pod.Name, new MissedEntry { Pod = pod.Name, Reason = Unseen, Message = UnseenMessage, Time = pod.CreatedAt });
        foreach (var pod in observation.Unseen)
            entries.TryAdd(pod.Name, Unlabelled(pod));
        // A pod of the same name, made anew, may be injected.
        foreach (var pod in observation.Pods.Where(pod => !IsMissed(pod)))
            entries.Remove(pod.Name);
        return
        [
            .. entries.Values
                .OrderByDescending(entry => entry.Time).ThenBy(entry => entry.Pod, StringComparer.Ordinal)
                .Take(MaxEntries)
                .OrderBy(entry => entry.Pod, StringComparer.Ordinal)
                .Select(entry => entry.Message is { Length: > MaxMessage } message ? entry with { Message = message[..MaxMessage] } : entry),
        ];
    }

    /// <summary>Whether the pod of an entry will not run any more, as far as it has ever been watched. Of one that admission never saw only metadata are known.</summary>
    public static bool IsOver(MissedEntry entry, RunObservation observation) =>
        observation.Pods.FirstOrDefault(pod => pod.Name == entry.Pod) is { } pod ? pod.IsOver : entry.Reason != Unseen && entry.Reason != HostLimits.Mirror.Reason;

    private static MissedEntry Unlabelled(UnseenPod pod) =>
        pod.IsMirror
            ? new MissedEntry { Pod = pod.Name, Reason = HostLimits.Mirror.Reason, Message = HostLimits.Mirror.Message, Time = pod.CreatedAt }
            : new MissedEntry { Pod = pod.Name, Reason = Unseen, Message = pod.IsOfUnseenJob ? UnseenJobMessage : UnseenMessage, Time = pod.CreatedAt };

    private static bool IsMissed(PodObservation pod) => pod is { IsInjected: false, IsSilenced: false };
}
