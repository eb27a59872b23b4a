using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// Tells which files nobody writes any more: the last change is long ago by the file's own time, or, where that is of no use because clocks
/// differ, nothing changed for so long under our eyes. Not thread-safe.
/// </summary>
/// <param name="quiet">How long is long.</param>
internal sealed class QuietFiles(TimeSpan quiet, TimeProvider time)
{
    private readonly Dictionary<string, (FileStamp Stamp, long Since)> _seen = new(StringComparer.Ordinal);

    /// <summary>A file that is gone is quiet.</summary>
    public bool IsQuiet(string path)
    {
        if (FileStamp.Of(path) is not { } stamp)
        {
            _seen.Remove(path);
            return true;
        }
        if (!_seen.TryGetValue(path, out var seen) || seen.Stamp != stamp)
            _seen[path] = seen = (stamp, time.GetTimestamp());
        return time.GetUtcNow() - stamp.Modified >= quiet || time.GetElapsedTime(seen.Since) >= quiet;
    }
}
