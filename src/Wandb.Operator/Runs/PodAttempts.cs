namespace Wandb.Operator.Runs;

/// <summary>How often a pod's work was begun before.</summary>
internal static class PodAttempts
{
    /// <summary>Failed pods by what <see cref="Of"/> asks for. Those without an owner have no attempts.</summary>
    public static ILookup<(string? OwnerUid, int? Index), (string Uid, DateTimeOffset? CreatedAt)> Failed(IEnumerable<PodObservation> pods) =>
        pods.Where(pod => pod is { HasFailed: true, OwnerUid: not null }).ToLookup(pod => (pod.OwnerUid, pod.Index), pod => (pod.Uid, pod.CreatedAt));

    /// <param name="pod">The pod that asks.</param>
    /// <param name="failed">Pods of its owner and index that failed; it may be among them.</param>
    /// <returns>Failed pods of the same owner and index that were there before, and restarts of its own container.</returns>
    public static int Of(PodObservation pod, IEnumerable<(string Uid, DateTimeOffset? CreatedAt)> failed) => FailedBefore(pod, failed) + pod.Restarts;

    /// <summary>As <see cref="Of"/>, without restarts inside the pod.</summary>
    public static int FailedBefore(PodObservation pod, IEnumerable<(string Uid, DateTimeOffset? CreatedAt)> failed) =>
        // The Job controller also counts pods that nobody can see any more.
        Math.Max(failed.Count(other => other.Uid != pod.Uid && other.CreatedAt <= pod.CreatedAt), pod.FailuresOfIndex ?? 0);
}
