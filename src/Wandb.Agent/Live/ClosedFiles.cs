using Wandb.Agent.Receipts;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// Finished run files that another agent has closed although they have no exit record, because their writer was said to have ended: somebody may write
/// them nevertheless. What they were like then stands in their receipt. Not thread-safe.
/// </summary>
/// <param name="receiptOf">The receipt of a run file; null when there is none that can be read.</param>
internal sealed class ClosedFiles(Func<string, Receipt?> receiptOf, TimeProvider time)
{
    /// <summary>Between two looks: thousands of files may be finished.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>A file that was not written for so long is left alone, unless it was written after it was closed.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    // With their length when they were closed.
    private readonly Dictionary<string, long> _lengths = new(StringComparer.Ordinal);
    private long _looked = time.GetTimestamp();

    /// <summary>Whether a finished file is longer than its receipt says. If not, <see cref="TakeGrown"/> looks at it from now on.</summary>
    public bool HasGrown(string path)
    {
        if (FileStamp.Of(path) is not { } file || !IsWorthAReceipt(path, file)
            || receiptOf(path) is not { State: Receipt.SyncedState, ExitSource: not Receipt.ExitOfRecord, RunFile.LengthBytes: var length })
            return false;
        if (file.Length > length)
            return true;
        _lengths[path] = length;
        return false;
    }

    /// <summary>Those that have grown since they were looked at first, each once.</summary>
    public IReadOnlyList<string> TakeGrown()
    {
        if (_lengths.Count == 0 || time.GetElapsedTime(_looked) < Interval)
            return [];
        _looked = time.GetTimestamp();
        List<string> grown = [.. _lengths.Where(known => FileStamp.Of(known.Key)?.Length > known.Value).Select(known => known.Key)];
        foreach (var path in grown)
            _lengths.Remove(path);
        return grown;
    }

    private bool IsWorthAReceipt(string path, FileStamp file) =>
        time.GetUtcNow() - file.Modified < Recent || FileStamp.Of(path + ".synced") is { } marker && marker.ModifiedNanoseconds <= file.ModifiedNanoseconds;
}
