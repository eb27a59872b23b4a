namespace Wandb.Operator.Runs;

/// <summary>How often a pod's work was begun before.</summary>
internal static class PodAttempts
{
    /// <param name="pod">The pod that asks.</param>
    /// <param name="pods">All pods of its WandbRun that are known.</param>
    /// <returns>Failed pods of the same owner and index that were there before, and restarts of its own container.</returns>
    public static int Of(PodObservation pod, IReadOnlyList<PodObservation> pods) => FailedBefore(pod, pods) + pod.Restarts;

    /// <summary>As <see cref="Of"/>, without restarts inside the pod.</summary>
    public static int FailedBefore(PodObservation pod, IReadOnlyList<PodObservation> pods)
    {
        var seen = pod.OwnerUid is null ? 0 : pods.Count(other =>
            other.Uid != pod.Uid && other.OwnerUid == pod.OwnerUid && other.Index == pod.Index && other.HasFailed && other.CreatedAt <= pod.CreatedAt);
        // The Job controller also counts pods that nobody can see any more.
        return Math.Max(seen, pod.FailuresOfIndex ?? 0);
    }
}
