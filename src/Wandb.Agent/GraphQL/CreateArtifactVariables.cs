namespace Wandb.Agent.GraphQL;

/// <summary>Input of CreateArtifact. Null is sent as such, except for tags.</summary>
internal sealed record CreateArtifactVariables
{
    internal required string Entity { get; init; }

    internal required string Project { get; init; }

    internal required string Type { get; init; }

    /// <summary>Name of the collection (the sequence of versions).</summary>
    internal required string Collection { get; init; }

    /// <summary>The run that made it; null for an artifact that a user made without a run.</summary>
    internal string? Run { get; init; }

    /// <summary>Hex MD5 over the manifest's entries, made by the trainer.</summary>
    internal required string Digest { get; init; }

    internal string? Description { get; init; }

    /// <summary>JSON text.</summary>
    internal string? Metadata { get; init; }

    internal IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Servers before 0.58 do not know the member, so it is left out when empty.</summary>
    internal IReadOnlyList<string> Tags { get; init; } = [];

    internal long? TtlDurationSeconds { get; init; }

    internal long? HistoryStep { get; init; }

    internal string? DistributedId { get; init; }

    internal required string ClientId { get; init; }

    internal required string SequenceClientId { get; init; }

    internal string? StorageRegion { get; init; }
}
