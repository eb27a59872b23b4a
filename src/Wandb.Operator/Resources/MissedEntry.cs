namespace Wandb.Operator.Resources;

/// <summary>A pod that asked and was not injected, by its name or, before it has one, its owner's.</summary>
internal sealed record MissedEntry
{
    public required string Pod { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? Time { get; init; }
}
