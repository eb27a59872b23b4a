namespace Wandb.Agent.Uploads;

/// <summary>A file that the run file names.</summary>
/// <param name="Path">Below the run's files folder, with slashes.</param>
/// <param name="IsPending">Named since its last successful upload.</param>
/// <param name="UploadedMd5">Base64 MD5 of the last successful upload; null before it.</param>
internal sealed record PlannedFile(string Path, UploadPolicy Policy, bool IsPending, string? UploadedMd5);
