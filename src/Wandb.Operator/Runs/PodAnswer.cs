using Wandb.Contract;

namespace Wandb.Operator.Runs;

/// <summary>What the agent of a pod is told.</summary>
internal static class PodAnswer
{
    /// <param name="pod">The pod that reports.</param>
    /// <param name="failed">See <see cref="PodAttempts.Of"/>.</param>
    public static ReportAnswer For(PodObservation pod, IEnumerable<(string Uid, DateTimeOffset? CreatedAt)> failed) =>
        new() { Ended = pod.Ended, Attempt = PodAttempts.Of(pod, failed), HoldsUpPod = pod.IsHeldUp };
}
