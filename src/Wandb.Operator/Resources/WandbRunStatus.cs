namespace Wandb.Operator.Resources;

/// <summary>
/// What is known of the runs of a WandbRun. Written by server-side apply; lists are maps by the keys that their types name, but for the metrics of a group,
/// which are one value, as a summary is: the API server writes down for each entry of a map whose it is, in about as many bytes as the entry has.
/// </summary>
internal sealed record WandbRunStatus
{
    public long? ObservedGeneration { get; init; }

    /// <summary>One word for people; programs read the conditions.</summary>
    public string? Phase { get; init; }

    /// <summary>Types: see <see cref="ConditionTypes"/>.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }

    public RunCounts? Counts { get; init; }

    /// <summary>How far the server is behind the files, over all runs.</summary>
    public RunLag? Lag { get; init; }

    /// <summary>The newest 100, newest first.</summary>
    public IReadOnlyList<RunEntry>? Runs { get; init; }

    public IReadOnlyList<GroupEntry>? Groups { get; init; }

    /// <summary>Pods that asked and were not injected.</summary>
    public IReadOnlyList<MissedEntry>? Missed { get; init; }

    /// <summary>Pods that have ended without a run that is known, and without proof that they left none.</summary>
    public IReadOnlyList<UnprovedEntry>? Unproved { get; init; }
}
