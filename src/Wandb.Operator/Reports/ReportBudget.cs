namespace Wandb.Operator.Reports;

/// <summary>How many reports are kept, by their weight (<see cref="ReportWeight"/>).</summary>
/// <param name="Bytes">Of all together.</param>
/// <param name="PodBytes">Of one pod's: a heavier one is not taken.</param>
/// <param name="Pods">Pods at most.</param>
internal sealed record ReportBudget(long Bytes, long PodBytes, int Pods)
{
    /// <summary>Four times the 5,000 runs that one operator is measured with.</summary>
    public const int MaxPods = 20_000;

    /// <summary>Of the memory. The rest is for pods, WandbRuns and what comes and goes.</summary>
    private const int Share = 4;

    // A thousand runs with eight metrics each.
    private const long MaxPodBytes = 8 << 20;
    private const long MaxBytes = 512 << 20;

    /// <param name="memory">Bytes that this process may have.</param>
    public static ReportBudget Of(long memory) => new(Math.Clamp(memory / Share, 2 * MaxPodBytes, MaxBytes), MaxPodBytes, MaxPods);
}
