using Wandb.Agent.Reports;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// Has the system tell when something appears in a directory (inotify). That saves looks and waiting; it is never relied on: the limits are
/// the user's (<c>fs.inotify.max_user_instances</c>, <c>max_user_watches</c>), queues overflow, and file systems that others write as well
/// (NFS, FUSE, overlay) do not tell. Whatever is not covered is looked at each time. The session's loop uses it; notices come from other threads.
/// </summary>
internal sealed class DirectoryNotices(TimeProvider time) : IDisposable
{
    // Each takes an inotify instance, of which a user has 128 by default, and a thread.
    private const int MaxWatchers = 8;

    // File systems whose only writer is this machine.
    private static readonly HashSet<string> Local = new(StringComparer.OrdinalIgnoreCase) { "ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs", "f2fs", "zfs" };

    private readonly Dictionary<string, (FileStamp Stamp, FileSystemWatcher Watcher)> _watchers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly ChangeSignal _news = new();
    private int _isDirty = 1;

    /// <returns>True when nothing was told since the last call: directories that are covered are as they were.</returns>
    public bool TakeIsQuiet() => Interlocked.Exchange(ref _isDirty, 0) == 0;

    /// <summary>Whether a change in this directory would have been told.</summary>
    public bool Covers(string path, FileStamp stamp) => _watchers.TryGetValue(path, out var known) && known.Stamp.IsSameFileAs(stamp);

    /// <summary>Has changes of a directory told from the next look on, where that can be had.</summary>
    public void Cover(string path, FileStamp stamp)
    {
        if (Covers(path, stamp) || _refused.Contains(path))
            return;
        Release(path);
        if (_watchers.Count >= MaxWatchers)
            return;
        try
        {
            if (!Local.Contains(new DriveInfo(path).DriveFormat))
            {
                _refused.Add(path);
                return;
            }
            // A watcher's buffer stays where it is in memory while it watches, and the room before it is not given back: 2 MB, when all that the start
            // has left lies there.
            if (_watchers.Count == 0)
                GC.Collect();
            var watcher = new FileSystemWatcher(path) { NotifyFilter = NotifyFilters.DirectoryName | NotifyFilters.FileName };
            watcher.Created += (_, _) => Tell();
            watcher.Deleted += (_, _) => Tell();
            watcher.Renamed += (_, _) => Tell();
            watcher.Error += (_, _) => Tell();
            watcher.EnableRaisingEvents = true;
            _watchers.Add(path, (stamp, watcher));
            // What happened before the watcher stood was not told.
            Tell();
        }
        catch (Exception exception) when (ReadFailure.Is(exception) || exception is ArgumentException)
        {
            // One of the limits, or the directory has gone: looking does it too.
            _refused.Add(path);
        }
    }

    public void Release(string path)
    {
        if (_watchers.Remove(path, out var known))
            known.Watcher.Dispose();
        _refused.Remove(path);
    }

    /// <summary>Waits until something was told, at most so long.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        try
        {
            await _news.WaitAsync(atMost, time, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The end was asked for: the caller looks.
        }
    }

    public void Dispose()
    {
        foreach (var (_, watcher) in _watchers.Values)
            watcher.Dispose();
        _watchers.Clear();
    }

    /// <summary>Something has changed. From any thread; whoever looks need not have waited in between.</summary>
    internal void Tell()
    {
        if (Interlocked.Exchange(ref _isDirty, 1) == 0)
            _news.Set();
    }
}
