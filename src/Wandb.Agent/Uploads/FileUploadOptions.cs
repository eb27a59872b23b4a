namespace Wandb.Agent.Uploads;

/// <summary>Limits of <see cref="FileUploader"/>.</summary>
internal sealed record FileUploadOptions
{
    /// <summary>Files that are sent at a time. Default 8; each holds one 128 KiB buffer.</summary>
    internal int Parallelism { get; init; } = 8;

    /// <summary>Names in one CreateRunFiles request. Default 500.</summary>
    internal int BatchSize { get; init; } = 500;

    /// <summary>How often a file that changes while it is read is tried. Default 5.</summary>
    internal int TriesWhileChanging { get; init; } = 5;
}
