using System.Text.Json;

namespace Wandb.Operator.Resources;

/// <summary>One W&amp;B run, by its id and the pod that wrote it (a resumed run has several writers).</summary>
internal sealed record RunEntry
{
    public required string Id { get; init; }

    public required string Pod { get; init; }

    public string? PodUid { get; init; }

    public string? Name { get; init; }

    public string? Url { get; init; }

    public string? Entity { get; init; }

    public string? Project { get; init; }

    public string? Group { get; init; }

    public string? JobType { get; init; }

    public string? Node { get; init; }

    public string? Container { get; init; }

    public int? Index { get; init; }

    public int? Attempt { get; init; }

    /// <summary>Its pod has no controller, so that no other pod is an attempt at its work; null: it has one, or nobody has seen it.</summary>
    public bool? Bare { get; init; }

    public string? State { get; init; }

    public int? ExitCode { get; init; }

    public string? ExitReason { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public DateTimeOffset? ReportedAt { get; init; }

    public long? LastStep { get; init; }

    public long? RowsRead { get; init; }

    public long? RowsAcknowledged { get; init; }

    public long? RowsLost { get; init; }

    public long? Bytes { get; init; }

    public int? Files { get; init; }

    public int? Artifacts { get; init; }

    /// <summary>Values of the keys that were asked for, as JSON.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Summary { get; init; }

    /// <summary>SHA-256 of the receipt, lowercase hex.</summary>
    public string? ReceiptDigest { get; init; }

    /// <summary>Its files are on a volume that outlives its pod, as the pod was made; null: nobody has seen the pod.</summary>
    public bool? StorageKept { get; init; }

    public string? Message { get; init; }
}
