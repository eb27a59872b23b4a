namespace Wandb.Operator.Resources;

/// <summary>How and when the agent sends.</summary>
internal sealed record SyncSettings
{
    public SyncPolicy? Policy { get; init; }

    /// <summary>Age of a receipt at which its run directory is removed, e.g. <c>24h</c>; null: never.</summary>
    public string? DeleteAfter { get; init; }

    /// <summary>The pod's grace period is raised to at least this many seconds; null leaves the pod's own.</summary>
    public int? DrainSeconds { get; init; }
}
