namespace Wandb.Contract;

/// <summary>How the W&amp;B server answers the agent.</summary>
public sealed record BackendReport
{
    public required Uri BaseUrl { get; init; }

    public required BackendState State { get; init; }

    /// <summary>When the server came to this state, as far as the agent knows; null: not asked yet.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>One sentence: why the server is not used; empty while it is.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>When it is tried again; null while it answers.</summary>
    public DateTimeOffset? NextTry { get; init; }
}
