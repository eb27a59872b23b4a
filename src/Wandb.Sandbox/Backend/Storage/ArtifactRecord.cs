using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Backend.Storage;

/// <summary>A file of an artifact.</summary>
internal sealed class ArtifactFile
{
    /// <summary>MD5 in base64 as announced; null when the client named none.</summary>
    public string? Md5 { get; set; }

    public string? MimeType { get; set; }

    /// <summary>MD5 in base64 of what came; null until then.</summary>
    public string? ReceivedMd5 { get; set; }

    public long? SizeBytes { get; set; }

    public int Puts { get; set; }

    /// <summary>Parts of a multipart upload; null for a simple one.</summary>
    public int? Parts { get; set; }
}

/// <summary>A manifest of an artifact; its content lies on disk.</summary>
internal sealed class ManifestRecord
{
    public required string Id { get; init; }

    public required string ArtifactId { get; init; }

    public required string Name { get; init; }

    /// <summary>FULL, PATCH or INCREMENTAL.</summary>
    public string? Type { get; init; }

    public int Calls { get; set; }

    /// <summary>MD5 in base64 as announced; empty until the client knows it.</summary>
    public string Digest { get; set; } = "";

    public string? BaseArtifactId { get; set; }

    /// <summary>MD5 in base64 of what came; null until then.</summary>
    public string? ReceivedMd5 { get; set; }
}

/// <summary>Everything about an artifact except the content of its files and manifests; artifact.json on disk.</summary>
internal sealed class ArtifactRecord
{
    public const string Pending = "PENDING";
    public const string Committed = "COMMITTED";

    public required string Id { get; init; }

    public required string Entity { get; init; }

    public required string Project { get; init; }

    public required string Type { get; init; }

    /// <summary>Name of the collection.</summary>
    public required string Name { get; init; }

    public required string Digest { get; init; }

    public string? DigestAlgorithm { get; init; }

    /// <summary>The run that logged it; null for one that the user made.</summary>
    public string? Run { get; init; }

    public string? Description { get; init; }

    public JsonNode? Metadata { get; init; }

    public JsonNode? TtlDurationSeconds { get; init; }

    public string? ClientId { get; init; }

    public string? SequenceClientId { get; init; }

    public string? DistributedId { get; init; }

    public JsonNode? HistoryStep { get; init; }

    public List<string> Aliases { get; init; } = [];

    public List<string> Tags { get; init; } = [];

    public string State { get; set; } = Pending;

    public int Creates { get; set; }

    public int Commits { get; set; }

    /// <summary>Position among the commits of this server; 0 until committed.</summary>
    public long CommitNumber { get; set; }

    public SortedDictionary<string, ArtifactFile> Files { get; init; } = new(StringComparer.Ordinal);

    public List<ManifestRecord> Manifests { get; init; } = [];
}
