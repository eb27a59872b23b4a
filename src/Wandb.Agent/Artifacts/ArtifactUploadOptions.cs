namespace Wandb.Agent.Artifacts;

/// <summary>Limits of <see cref="ArtifactUploader"/>. The defaults are those of wandb-core 0.28.2 (core/pkg/artifacts).</summary>
internal sealed record ArtifactUploadOptions
{
    /// <summary>Files, or parts of one, that are sent at a time. Default 8; each holds one 128 KiB buffer.</summary>
    internal int Parallelism { get; init; } = 8;

    /// <summary>Files in the first CreateArtifactFiles requests. Default 25.</summary>
    internal int FirstBatch { get; init; } = 25;

    /// <summary>Default 2,000.</summary>
    internal int LargestBatch { get; init; } = 2000;

    /// <summary>Files of this length and beyond go in parts. Default 2 GiB.</summary>
    internal long MultipartFromBytes { get; init; } = 2L << 30;

    /// <summary>Default 100 MiB.</summary>
    internal long PartBytes { get; init; } = 100L << 20;

    /// <summary>Object stores take no more. Default 10,000.</summary>
    internal int MaxParts { get; init; } = 10_000;

    /// <summary>Send entity and project with UseArtifact: only to servers that announce it.</summary>
    internal bool UseWithProject { get; init; }
}
