namespace Wandb.Agent.State;

/// <summary>All that <see cref="RunIdentity"/> knows from records, without the command line. Empty texts were never set.</summary>
internal sealed record RunIdentitySnapshot
{
    public static readonly RunIdentitySnapshot Empty = new();

    public string RunId { get; init; } = "";

    public string Entity { get; init; } = "";

    public string Project { get; init; } = "";

    public string StorageId { get; init; } = "";

    public string Group { get; init; } = "";

    public string JobType { get; init; } = "";

    public string DisplayName { get; init; } = "";

    public string Notes { get; init; } = "";

    public string[] Tags { get; init; } = [];

    public string Sweep { get; init; } = "";

    public string Host { get; init; } = "";

    public string Repo { get; init; } = "";

    public string Commit { get; init; } = "";

    public bool Resumed { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public long StartingStep { get; init; }

    public BranchOrigin? BranchPoint { get; init; }

    public string Program { get; init; } = "";

    public string EnvironmentHost { get; init; } = "";

    /// <summary>What the server last acknowledged; null before the first time.</summary>
    public UpsertVariables? Acknowledged { get; init; }
}
