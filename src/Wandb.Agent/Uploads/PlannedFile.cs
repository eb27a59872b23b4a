using System.Text.Json.Serialization;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Uploads;

/// <summary>A file that the run file names.</summary>
/// <param name="Path">Below the run's files folder, with slashes.</param>
/// <param name="IsPending">Named since its last successful upload.</param>
/// <param name="UploadedMd5">Base64 MD5 of the last successful upload; null before it.</param>
internal sealed record PlannedFile(string Path, UploadPolicy Policy, bool IsPending, string? UploadedMd5)
{
    /// <summary>
    /// Of the file as it was uploaded: with the same one it need not be read again, which takes minutes for what a training leaves. Null when it cannot be
    /// told by it; the next agent does not know it either.
    /// </summary>
    [JsonIgnore]
    public FileStamp? Stamp { get; init; }
}
