namespace Wandb.Operator.Resources;

/// <summary>By kind and name.</summary>
internal sealed record ReferenceEntry
{
    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary><c>Found</c>, <c>Missing</c> or <c>NotReadable</c>: Secrets are never read.</summary>
    public string? State { get; init; }

    /// <summary>Why it is not known, in a sentence.</summary>
    public string? Message { get; init; }
}
