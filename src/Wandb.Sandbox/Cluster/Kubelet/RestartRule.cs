namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>Whether and when a container is started again.</summary>
internal static class RestartRule
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(300);

    /// <param name="policy">restartPolicy of the pod: Always, OnFailure or Never.</param>
    /// <param name="isOver">The pod ends, or all that the sidecar was for has ended.</param>
    public static bool StartsAgain(string policy, ContainerState state, int exitCode, bool isOver)
    {
        if (isOver)
        {
            return false;
        }

        // An init container that succeeded is done, whatever the policy.
        return state.IsSidecar || (state.IsInit ? policy != "Never" && exitCode != 0 : policy == "Always" || (policy == "OnFailure" && exitCode != 0));
    }

    /// <summary>The first restart comes at once, the second after <paramref name="step"/>, then doubled up to 300 s.</summary>
    public static TimeSpan DelayBefore(int restart, TimeSpan step)
    {
        if (restart <= 1)
        {
            return TimeSpan.Zero;
        }

        var delay = step * Math.Pow(2, Math.Min(restart - 2, 16));
        return delay < Longest ? delay : Longest;
    }
}
