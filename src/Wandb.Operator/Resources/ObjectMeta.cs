namespace Wandb.Operator.Resources;

/// <summary>The part of an object's metadata that we look at.</summary>
internal sealed record ObjectMeta
{
    // The generated reader sets what JSON leaves out to null, over the initial value.
    public string Name { get => field ?? ""; init; }

    public string Namespace { get => field ?? ""; init; }

    public string? Uid { get; init; }

    public long? Generation { get; init; }

    public string? ResourceVersion { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
