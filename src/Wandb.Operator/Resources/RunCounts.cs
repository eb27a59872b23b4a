namespace Wandb.Operator.Resources;

/// <summary>Totals over all runs, also over those that the list no longer shows.</summary>
internal sealed record RunCounts
{
    public int? Total { get; init; }

    public int? Running { get; init; }

    public int? Buffering { get; init; }

    public int? Finished { get; init; }

    public int? Failed { get; init; }

    /// <summary>Of the failed ones, those that nothing has followed; null: an earlier version wrote the status.</summary>
    public int? FailedForGood { get; init; }

    public int? Synced { get; init; }

    public int? Lost { get; init; }

    public int? Missed { get; init; }

    public long? RowsRead { get; init; }

    public long? RowsAcknowledged { get; init; }

    public long? RowsLost { get; init; }
}
