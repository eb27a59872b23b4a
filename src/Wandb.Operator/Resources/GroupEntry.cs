namespace Wandb.Operator.Resources;

/// <summary>One group, by its name.</summary>
internal sealed record GroupEntry
{
    public required string Name { get; init; }

    public int? Expected { get; init; }

    public int? Running { get; init; }

    public int? Finished { get; init; }

    public int? Failed { get; init; }

    public int? Synced { get; init; }

    public IReadOnlyList<MetricEntry>? Metrics { get; init; }
}
