using Wandb.Contract;

namespace Wandb.Operator.Runs;

/// <summary>What the agent of a pod is told.</summary>
internal static class PodAnswer
{
    /// <param name="pod">The pod that reports.</param>
    /// <param name="pods">All pods of its WandbRun that are known.</param>
    public static ReportAnswer For(PodObservation pod, IReadOnlyList<PodObservation> pods) =>
        new() { Ended = pod.Ended, Attempt = PodAttempts.Of(pod, pods), HoldsUpPod = pod.IsHeldUp };
}
