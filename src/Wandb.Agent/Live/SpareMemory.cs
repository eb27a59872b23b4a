namespace Wandb.Agent.Live;

/// <summary>
/// Decides when a process that has become quiet gives back what its busy time has left: the runtime collects when enough was allocated, which an agent
/// with nothing to do reaches after hours. Not thread-safe.
/// </summary>
internal sealed class SpareMemory
{
    /// <summary>Less than this is not worth a collection, which costs about as much as twenty looks at a file.</summary>
    private const long WorthBytes = 1024 * 1024;

    /// <summary>Allocated within <see cref="Quiet"/> by a process that is quiet.</summary>
    private const long QuietBytes = 1024 * 1024;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private long _collectedAt;
    private long _seen;
    private TimeSpan _seenAt;

    /// <param name="allocated">Bytes that the process has allocated so far, <see cref="GC.GetTotalAllocatedBytes(bool)"/>.</param>
    /// <param name="now">Of a clock that only goes on.</param>
    /// <returns>Whether to collect now.</returns>
    public bool IsDue(long allocated, TimeSpan now)
    {
        if (now - _seenAt < Quiet)
            return false;
        var isQuiet = allocated - _seen < QuietBytes;
        (_seen, _seenAt) = (allocated, now);
        if (!isQuiet || allocated - _collectedAt < WorthBytes)
            return false;
        _collectedAt = allocated;
        return true;
    }
}
