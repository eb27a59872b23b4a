using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Sidecar;

/// <summary>
/// When the first agent of a pod began, which is before its trainers do: the time of an empty file, by the clock of a file system, as that of the run files.
/// </summary>
internal static class PodBegin
{
    /// <param name="folders">Where the file may be, the preferred one first.</param>
    /// <returns>Null where nothing can be kept: an agent that is started again would take its own begin for that of the pod.</returns>
    public static DateTimeOffset? Keep(IReadOnlyList<string> folders, string podUid)
    {
        var paths = folders.Select(folder => Path.Combine(folder, $"pod-{podUid}")).ToList();
        if (paths.Find(File.Exists) is { } kept)
            return FileStamp.Of(kept)?.Modified;
        foreach (var path in paths)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.Create(path).Dispose();
                return FileStamp.Of(path)?.Modified;
            }
            catch (Exception exception) when (ReadFailure.Is(exception))
            {
                // The next place.
            }
        }
        return null;
    }
}
