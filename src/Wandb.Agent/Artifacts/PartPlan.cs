namespace Wandb.Agent.Artifacts;

/// <summary>Cuts large files into parts.</summary>
internal static class PartPlan
{
    private const long Alignment = 4096;

    /// <returns>Length of every part but the last; null if the file goes in one piece.</returns>
    internal static long? PartBytes(long fileBytes, ArtifactUploadOptions options)
    {
        if (fileBytes < options.MultipartFromBytes || fileBytes == 0)
            return null;
        if (fileBytes <= options.PartBytes * options.MaxParts)
            return options.PartBytes;
        var needed = (fileBytes + options.MaxParts - 1) / options.MaxParts;
        return (needed + Alignment - 1) / Alignment * Alignment;
    }

    /// <summary>Files in the next CreateArtifactFiles request: few until their speed is known, then about a minute's worth.</summary>
    internal static int BatchSize(int filesDone, TimeSpan elapsed, ArtifactUploadOptions options)
    {
        if (filesDone < options.FirstBatch * 5 || elapsed < TimeSpan.FromSeconds(1))
            return options.FirstBatch;
        return (int)Math.Clamp(filesDone / elapsed.TotalMinutes, options.FirstBatch, options.LargestBatch);
    }
}
