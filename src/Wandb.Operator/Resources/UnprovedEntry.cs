namespace Wandb.Operator.Resources;

/// <summary>A pod that has ended without a run that is known, and without proof that it left none.</summary>
internal sealed record UnprovedEntry
{
    public required string PodUid { get; init; }

    public required string Pod { get; init; }

    public int? Index { get; init; }

    /// <summary>When the pod was made.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>UID of its Job, whose later pod of the same index does its work again; null: it has none, or nothing tells the pods of that apart.</summary>
    public string? Job { get; init; }

    /// <summary>The later pod that did its work again, ended well, and whose runs are all proved; null: none has yet.</summary>
    public string? RepeatedBy { get; init; }

    /// <summary>When its last report came, which was too large to be taken: it may have had more runs than are known. Null: it was taken, or none came.</summary>
    public DateTimeOffset? RefusedAt { get; init; }

    /// <summary>When its agent told, as its last word, that there was no run; null: no last word has come.</summary>
    public DateTimeOffset? ReportedAt { get; init; }
}
