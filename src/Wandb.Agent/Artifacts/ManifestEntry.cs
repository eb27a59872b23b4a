namespace Wandb.Agent.Artifacts;

/// <summary>One entry of an artifact's manifest.</summary>
/// <param name="Path">Name inside the artifact, with slashes.</param>
/// <param name="Digest">Base64 MD5 of a file; of a reference, whatever names its content (an ETag, a URL).</param>
internal sealed record ManifestEntry(string Path, string Digest)
{
    /// <summary>URL of a reference; null for a file.</summary>
    internal string? Ref { get; init; }

    /// <summary>0 for references that the trainer did not look at.</summary>
    internal long SizeBytes { get; init; }

    internal string? MimeType { get; init; }

    /// <summary>
    /// Where the trainer left the content (a staging copy, or the user's own file), the likeliest place first. Stays on this machine.
    /// Empty for references.
    /// </summary>
    internal IReadOnlyList<string> LocalPaths { get; init; } = [];

    /// <summary>The version that first stored the content; known only once the server has told.</summary>
    internal string? BirthArtifactId { get; init; }

    internal bool SkipCache { get; init; }

    /// <summary>Members of "extra": name and JSON text, no name twice, each a valid JSON value.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Extra { get; init; } = [];
}
