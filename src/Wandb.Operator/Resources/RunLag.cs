namespace Wandb.Operator.Resources;

internal sealed record RunLag
{
    /// <summary>Age of the oldest bytes that the server does not have; 0 without any.</summary>
    public long? Seconds { get; init; }

    public long? Bytes { get; init; }

    public long? Records { get; init; }
}
