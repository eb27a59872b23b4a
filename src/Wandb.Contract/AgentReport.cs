namespace Wandb.Contract;

/// <summary>
/// What an agent tells the operator: all runs that it knows, at most every 10 s and when a state changes. The pod is not in it: the token
/// of the request proves that. Additive: a reader ignores members that it does not know.
/// </summary>
public sealed record AgentReport
{
    /// <summary>Version of this shape that this code writes.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init => field = value == 0 ? CurrentVersion : value; } = CurrentVersion;

    /// <summary>Version of the agent, e.g. <c>0.1.0</c>.</summary>
    public required string AgentVersion { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public required AgentState State { get; init; }

    public required BackendReport Backend { get; init; }

    /// <summary>In the order of their start; may be empty.</summary>
    public IReadOnlyList<ReportedRun> Runs { get; init => field = value ?? []; } = [];

    /// <summary>What the agent copes with and someone may want to know, e.g. a state directory that cannot be written; one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; init => field = value ?? []; } = [];

    /// <summary>The agent ends after this report, or has been asked to.</summary>
    public bool IsLast { get; init; }
}
