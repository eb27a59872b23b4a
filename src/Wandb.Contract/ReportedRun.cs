using System.Text.Json;

namespace Wandb.Contract;

/// <summary>One W&amp;B run as its agent sees it.</summary>
public sealed record ReportedRun
{
    /// <summary>The run's id.</summary>
    public required string Id { get; init; }

    /// <summary>As the server resolved it; before that as the file or the agent's settings say; empty: unknown.</summary>
    public string Entity { get; init => field = value ?? ""; } = "";

    public string Project { get; init => field = value ?? ""; } = "";

    /// <summary>Display name; empty: unknown.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The run's page; null until the server answered.</summary>
    public Uri? Url { get; init; }

    public string Group { get; init => field = value ?? ""; } = "";

    public string JobType { get; init => field = value ?? ""; } = "";

    /// <summary>Container that writes the run; empty: unknown. See <see cref="AgentEnvironment.Containers"/>.</summary>
    public string Container { get; init => field = value ?? ""; } = "";

    /// <summary>The run file in the agent's container.</summary>
    public required string File { get; init; }

    public required ReportedRunState State { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the end was known; null before.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary><c>_step</c> of the last history row read; null without rows.</summary>
    public long? LastStep { get; init; }

    /// <summary>History rows read from the file.</summary>
    public long RowsRead { get; init; }

    /// <summary>History rows of this file that the server has acknowledged.</summary>
    public long RowsAcknowledged { get; init; }

    /// <summary>Bytes of the run file that were read.</summary>
    public long BytesRead { get; init; }

    /// <summary>Bytes of the run file before which everything is acknowledged.</summary>
    public long BytesAcknowledged { get; init; }

    /// <summary>Bytes on disk that are not acknowledged; a record at the end that is half-written does not count.</summary>
    public long BacklogBytes { get; init; }

    /// <summary>Records read that are not acknowledged.</summary>
    public long BacklogRecords { get; init; }

    /// <summary>Age of the oldest unacknowledged bytes, in seconds; 0 without a backlog.</summary>
    public double LagSeconds { get; init; }

    /// <summary>Records that the file itself lost; proved by gaps in their numbers.</summary>
    public long RecordsLost { get; init; }

    /// <summary>Lines, files and artifacts that the server refused for good.</summary>
    public int SetAside { get; init; }

    /// <summary>Files of the run that are on the server.</summary>
    public int Files { get; init; }

    /// <summary>Artifacts of the run that are on the server.</summary>
    public int Artifacts { get; init; }

    /// <summary>Present summary values of the keys that were asked for, as JSON.</summary>
    public IReadOnlyDictionary<string, JsonElement> Summary { get; init => field = value ?? new Dictionary<string, JsonElement>(); } = new Dictionary<string, JsonElement>();

    /// <summary>Exit code that the run was or will be closed with; null: not known.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Why it ended: empty for an exit record, otherwise as in <see cref="ContainerEnd.Reason"/>.</summary>
    public string ExitReason { get; init => field = value ?? ""; } = "";

    /// <summary>SHA-256 of the receipt, lowercase hex; null without one.</summary>
    public string? ReceiptDigest { get; init; }

    /// <summary>One sentence: what is wrong; empty when nothing is.</summary>
    public string Message { get; init => field = value ?? ""; } = "";
}
