using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster;

/// <summary>Trouble on demand. Safe between threads; may be set at any time.</summary>
internal sealed class ClusterFaults(ObjectStore store, TimeProvider time) : IDisposable
{
    private readonly Lock gate = new(); // guards watches
    private CancellationTokenSource watches = new();
    private long refuseUntilTicks;

    /// <summary>Waits before every answer; default none.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Open watches stay open and tell nothing, not even bookmarks, until it is false again.</summary>
    public bool AreWatchesSilent { get; set; }

    /// <summary>Changes of existing objects are answered with 409 now.</summary>
    public bool AreWritesRefused => time.GetUtcNow().UtcTicks < Interlocked.Read(ref refuseUntilTicks);

    internal CancellationToken WatchToken
    {
        get
        {
            lock (gate)
            {
                return watches.Token;
            }
        }
    }

    /// <summary>Cuts all open watches off in the middle of their answer.</summary>
    public void DropWatches()
    {
        lock (gate)
        {
            watches.Cancel();
            watches.Dispose();
            watches = new CancellationTokenSource();
        }
    }

    /// <summary>
    /// Forgets all events. A watch that starts from an older version, or a continue token from before, is answered with 410; open watches
    /// are cut off, so that their clients come back with the old version.
    /// </summary>
    public void ExpireVersions()
    {
        store.Compact();
        DropWatches();
    }

    public void Dispose()
    {
        lock (gate)
        {
            watches.Dispose();
        }
    }

    /// <summary>Answers updates and patches of existing objects, by clients only, with 409 for a while.</summary>
    public void RefuseWrites(TimeSpan duration) => Interlocked.Exchange(ref refuseUntilTicks, (time.GetUtcNow() + duration).UtcTicks);
}
