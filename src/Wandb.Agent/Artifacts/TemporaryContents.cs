using Microsoft.Win32.SafeHandles;
using Wandb.Agent.Linux;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Artifacts;

/// <summary>
/// Files that a trainer makes with Artifact.new_file(), kept open from when they appear. The SDK names them in a record of its last block often, and
/// removes them some milliseconds after that block is written, so that nobody who reads the record first can be in time. They lie in folders of
/// Python's tempfile.mkdtemp() (<c>tmp</c> and eight characters) below TMPDIR, which must be shared; the system tells what appears there (inotify).
/// Content of a removed file takes its place on the disk for as long as it is kept, so that is bounded. Thread-safe.
/// </summary>
internal sealed class TemporaryContents : IDisposable
{
    /// <summary>Open at once; those go first of which nothing was heard for longest.</summary>
    public const int MaxFiles = 256;

    private const int NameLength = 11;
    private const int BufferBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly long _maxRemovedBytes;
    private readonly SafeFileHandle _events;
    private readonly Dictionary<int, string> _folders = [];

    // By path, in the order in which they appeared or, behind that, were removed.
    private readonly OrderedDictionary<string, Kept> _files = new(StringComparer.Ordinal);
    private readonly Thread _reader;
    private readonly int _root;

    private TemporaryContents(string folder, long maxRemovedBytes, SafeFileHandle events, int root)
    {
        (_folder, _maxRemovedBytes, _events, _root) = (folder, maxRemovedBytes, events, root);
        _folders.Add(root, folder);
        foreach (var name in Names(folder, Directory.EnumerateDirectories).Where(IsOfPython))
            Watch(Path.Combine(folder, name));
        _reader = new Thread(Read) { IsBackground = true, Name = "temporary contents" };
        _reader.Start();
    }

    /// <param name="folder">The shared TMPDIR.</param>
    /// <param name="maxRemovedBytes">How much content of removed files is kept; default 1 GiB.</param>
    /// <param name="problem">Why nothing can be kept; null: it is.</param>
    public static TemporaryContents? Of(string folder, out string? problem, long maxRemovedBytes = 1L << 30)
    {
        problem = null;
        if (!OperatingSystem.IsLinux())
        {
            problem = $"files of Artifact.new_file below {folder} are kept on Linux alone";
            return null;
        }
        var events = Libc.INotify(DirectoryEvent.CloseOnExec);
        var root = events.IsInvalid ? -1 : Libc.INotifyAddWatch(events, folder, Mask);
        if (root >= 0)
            return new TemporaryContents(folder, maxRemovedBytes, events, root);
        problem = $"files of Artifact.new_file below {folder} are not kept: {Libc.LastWords}";
        events.Dispose();
        return null;
    }

    private static uint Mask => DirectoryEvent.Appeared | DirectoryEvent.Went | DirectoryEvent.OnlyDirectories;

    /// <returns>The same content, opened once more for the caller to dispose: what is kept here may be given up at any time. Null: it is not kept.</returns>
    public SafeFileHandle? Open(string path)
    {
        lock (_gate)
            return _files.TryGetValue(path, out var kept) ? HeldContents.Open(HeldContents.PathOf(kept.File)) : null;
    }

    public void Dispose()
    {
        // Tells the reader, which waits for news, that the watch is no more.
        if (Libc.INotifyRemoveWatch(_events, _root) == 0)
            _reader.Join();
        _events.Dispose();
        lock (_gate)
        {
            foreach (var kept in _files.Values)
                kept.File.Dispose();
            _files.Clear();
        }
    }

    private void Read()
    {
        var buffer = new byte[BufferBytes];
        while (true)
        {
            var length = Libc.Read(_events, buffer, buffer.Length);
            if (length < 0 && Libc.LastError == ErrorNumber.Interrupted)
                continue;
            if (length <= 0)
                return;
            foreach (var told in DirectoryEvent.In(buffer.AsMemory(0, (int)length)))
            {
                if ((told.Mask & DirectoryEvent.Ignored) != 0 && told.Watch == _root)
                    return;
                Take(told);
            }
        }
    }

    private void Take(DirectoryEvent told)
    {
        if ((told.Mask & DirectoryEvent.Ignored) != 0)
        {
            _folders.Remove(told.Watch);
            return;
        }
        if (!_folders.TryGetValue(told.Watch, out var folder) || told.Name.Length == 0)
            return;
        var path = Path.Combine(folder, told.Name);
        if ((told.Mask & DirectoryEvent.Went) != 0)
            Removed(path);
        else if (told.IsDirectory && (told.Watch != _root || IsOfPython(told.Name)))
            Watch(path);
        else if (!told.IsDirectory && told.Watch != _root)
            Keep(path);
    }

    /// <summary>Also what came into the folder before it was watched.</summary>
    private void Watch(string folder)
    {
        // Not through links: two of them that lead back are paths without end.
        if (Libc.INotifyAddWatch(_events, folder, Mask | DirectoryEvent.NotThroughLinks) is var watch && watch < 0)
            return;
        _folders[watch] = folder;
        foreach (var name in Names(folder, Directory.EnumerateFiles))
            Keep(Path.Combine(folder, name));
        foreach (var name in Names(folder, Directory.EnumerateDirectories))
            Watch(Path.Combine(folder, name));
    }

    private void Keep(string path)
    {
        if (RegularFile.Look(path) != RegularFile.Kind.Regular || HeldContents.Open(path) is not { } file)
            return;
        lock (_gate)
        {
            // Told twice of one file, which came while its folder was looked through.
            if (_files.TryGetValue(path, out var before) && IsSame(before.File, file))
            {
                file.Dispose();
                return;
            }
            _files.Remove(path);
            before?.File.Dispose();
            _files.Add(path, new Kept(file));
            while (_files.Count > MaxFiles)
                Drop(0);
        }
    }

    private void Removed(string path)
    {
        lock (_gate)
        {
            if (!_files.Remove(path, out var kept))
                return;
            // The order of a folder that was looked through is nobody's; removals are told one after the other.
            _files.Add(path, kept);
            kept.RemovedBytes = RandomAccess.GetLength(kept.File);
            while (_files.Values.Sum(one => one.RemovedBytes) > _maxRemovedBytes)
                Drop(_files.Values.Select((one, index) => (one, index)).First(item => item.one.RemovedBytes > 0).index);
        }
    }

    private void Drop(int index)
    {
        _files.GetAt(index).Value.File.Dispose();
        _files.RemoveAt(index);
    }

    private static bool IsSame(SafeFileHandle one, SafeFileHandle other) =>
        FileStamp.Of(one) is { } stamp && FileStamp.Of(other) is { } second && stamp.IsSameFileAs(second);

    private static bool IsOfPython(string name) => name.Length == NameLength && name.StartsWith("tmp", StringComparison.Ordinal);

    private static IReadOnlyList<string> Names(string folder, Func<string, IEnumerable<string>> list)
    {
        try
        {
            return [.. list(folder).Select(path => Path.GetFileName(path))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has gone again, or is not for us.
            return [];
        }
    }

    private sealed class Kept(SafeFileHandle file)
    {
        public SafeFileHandle File { get; } = file;

        /// <summary>On the disk only for our sake; 0 while the file is there.</summary>
        public long RemovedBytes { get; set; }
    }
}
