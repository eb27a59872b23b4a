using Wandb.Agent.Receipts;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// Finished run files that another agent has closed although they have no exit record, because their writer was said to have ended: somebody may write
/// them nevertheless. What they were like then stands in their receipt. Thousands of files may be finished: the longer one has rested, the more seldom
/// it is looked at, and the receipts of old ones are read only when they grow. Not thread-safe.
/// </summary>
/// <param name="receiptOf">The receipt of a run file; null when there is none that can be read.</param>
internal sealed class ClosedFiles(Func<string, Receipt?> receiptOf, TimeProvider time)
{
    internal static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan MostPause = TimeSpan.FromHours(1);

    /// <summary>One that has rested for a day is looked at every ten minutes.</summary>
    private const int LooksWhileItRested = 144;

    /// <summary>At once; the others are due soon after.</summary>
    internal const int LooksAtOnce = 100;

    /// <summary>The receipt of a file that was not written for so long is not read, unless it was written after it was closed.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    private readonly long _begun = time.GetTimestamp();

    // With the length beyond which they have grown.
    private readonly Dictionary<string, long> _lengths = new(StringComparer.Ordinal);

    // The same, by when they are to be looked at.
    private readonly PriorityQueue<string, TimeSpan> _due = new();

    /// <summary>Whether a finished file is longer than its receipt says. If not, <see cref="TakeGrown"/> looks at it from now on.</summary>
    public bool HasGrown(string path)
    {
        if (FileStamp.Of(path) is not { } file)
            return false;
        var length = file.Length;
        if (IsWorthAReceipt(path, file))
        {
            if (receiptOf(path) is not { State: Receipt.SyncedState, ExitSource: not Receipt.ExitOfRecord, RunFile.LengthBytes: var closedAt })
                return false;
            if (file.Length > closedAt)
                return true;
            length = closedAt;
        }
        if (_lengths.TryAdd(path, length))
            _due.Enqueue(path, time.GetElapsedTime(_begun) + PauseAfter(file));
        return false;
    }

    /// <summary>Those that have grown since they were looked at first, each once: whether that matters, <see cref="HasGrown"/> says.</summary>
    public IReadOnlyList<string> TakeGrown()
    {
        var now = time.GetElapsedTime(_begun);
        List<string> grown = [];
        for (var looks = 0; looks < LooksAtOnce && _due.TryPeek(out var path, out var due) && due <= now; looks++)
        {
            if (FileStamp.Of(path) is { } file && file.Length <= _lengths[path])
            {
                _due.DequeueEnqueue(path, now + PauseAfter(file));
                continue;
            }
            _due.Dequeue();
            _lengths.Remove(path);
            // One that is gone is found like a new one if it comes back.
            if (FileStamp.Of(path) is not null)
                grown.Add(path);
        }
        return grown;
    }

    private TimeSpan PauseAfter(FileStamp file)
    {
        var rested = time.GetUtcNow() - file.Modified;
        return TimeSpan.FromTicks(Math.Clamp(rested.Ticks / LooksWhileItRested, LeastPause.Ticks, MostPause.Ticks));
    }

    private bool IsWorthAReceipt(string path, FileStamp file) =>
        time.GetUtcNow() - file.Modified < Recent || FileStamp.Of(path + ".synced") is { } marker && marker.ModifiedNanoseconds <= file.ModifiedNanoseconds;
}
