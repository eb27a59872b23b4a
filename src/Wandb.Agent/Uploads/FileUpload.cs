using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Uploads;

/// <summary>A file of a run that shall be on the server.</summary>
/// <param name="Name">Below the run's files folder, with slashes.</param>
/// <param name="KnownMd5">Base64 MD5 of what the server has already; null if nothing is known.</param>
internal sealed record FileUpload(string Name, UploadSource Source, string? KnownMd5)
{
    /// <inheritdoc cref="PlannedFile.Stamp"/>
    internal FileStamp? KnownStamp { get; init; }
}
