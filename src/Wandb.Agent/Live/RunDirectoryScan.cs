using System.IO.Enumeration;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// Looks for run directories anywhere below roots again and again, as they appear. What is known costs nothing: a directory whose time of
/// change stands still is not listed again, and one whose run is settled is not even looked at. Links are not followed below a root, except
/// <c>wandb</c> and <c>.wandb</c>, which people place on other disks; what is inside run directories is not walked. Not thread-safe.
/// </summary>
/// <param name="roots">Need not exist yet. A root may be a run directory itself.</param>
/// <param name="notices">Which directories need no look because the system tells of changes.</param>
/// <param name="problem">Told of a root that cannot be read, once each time that the reason is another one.</param>
internal sealed class RunDirectoryScan(IReadOnlyList<string> roots, DirectoryNotices notices, Action<PathProblem> problem, TimeProvider time)
{
    /// <summary>What <see cref="Hindered"/> is about when there are too many directories.</summary>
    public const string LimitSubject = "directories";

    /// <summary>What <see cref="Hindered"/> is about when directories cannot be read.</summary>
    public const string UnreadableSubject = "unreadable directories";

    /// <summary>Levels below a root that are walked: user/experiment/date/wandb and some more.</summary>
    public const int MaxDepth = 8;

    /// <summary>Directories that are walked in all; a root that is a whole disk of data must not become the only work of the agent.</summary>
    public const int MaxDirectories = 10_000;

    /// <summary>A directory is listed again after this, whatever its time says: file systems over objects do not always keep it.</summary>
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(30);

    // A person looks at the first one; all of them are told at the end.
    private const int MaxNamed = 3;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly HashSet<string> _settled = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Listed> _listings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Listed> _rootRuns = new(StringComparer.Ordinal);

    // What the last look has seen, the run directories in it, and those of them that are not settled (null: not known any more).
    private List<Listed> _seen = [];
    private HashSet<string> _runs = new(StringComparer.Ordinal);
    private List<string>? _open;
    private bool _isQuiet;
    private HashSet<(ulong Device, ulong Inode)> _visited = [];
    private HashSet<string> _walked = new(StringComparer.Ordinal);

    // Directories that were found when the limit was reached, and not walked; there may be more below them.
    private int _left;

    // Directories that could not be read at the last look, and why.
    private readonly SortedDictionary<string, string> _unreadable = new(StringComparer.Ordinal);

    /// <summary>Told at each look what keeps the search from reaching everything, in a sentence; null: nothing does. See <see cref="ISyncObserver.Hindered"/>.</summary>
    public Action<string, string?> Hindered { get; init; } = static (_, _) => { };

    /// <summary>Called before a directory is listed; may throw what the system would.</summary>
    public Action<string> Listing { get; init; } = static _ => { };

    /// <summary>Directories that are walked in all; see <see cref="MaxDirectories"/>.</summary>
    public int Limit { get; init; } = MaxDirectories;

    /// <summary>Directories that could not be read at the last look, where runs may be that have to be sent.</summary>
    public IReadOnlyList<PathProblem> Unreadable =>
        [.. _unreadable.Where(directory => !RunFileDiscovery.IsOnlineRunName(NameOf(directory.Key))).Select(directory => new PathProblem(directory.Key, directory.Value))];

    /// <summary>One that tells a reporter what it cannot reach.</summary>
    public static RunDirectoryScan For(IReadOnlyList<string> roots, DirectoryNotices notices, ISyncReporter reporter, SyncEnvironment environment, TimeProvider time) =>
        new(roots, notices, reporter.Problem, time) { Hindered = reporter.Hindered, Listing = environment.Listing };

    public FoundRunFiles Find()
    {
        var before = _seen;
        _unreadable.Clear();
        (_visited, _walked, _seen, _isQuiet, _left) = ([], new HashSet<string>(StringComparer.Ordinal), [], notices.TakeIsQuiet(), 0);
        foreach (var root in roots)
            WalkRoot(root);
        Hindered(LimitSubject, _left == 0 ? null : $"{Limit:N0} directories are searched for runs, and at least {_left:N0} more below {string.Join(", ", roots)} are not: runs there are not seen; name directories that hold fewer others");
        // With thousands of finished runs even a set of their names is too much for every second.
        if (!_seen.SequenceEqual(before, ReferenceEqualityComparer.Instance))
            TakeWhatWasSeen();
        _open ??= [.. _runs.Where(run => !_settled.Contains(run))];
        var files = _open.SelectMany(FilesOf).ToLookup(IsOnline);
        Hindered(UnreadableSubject, UnreadableWords());
        return new FoundRunFiles([.. files[false]], [.. files[true]]);
    }

    /// <summary>The directory of this run file need not be looked into again.</summary>
    public void Settle(string runFile)
    {
        var directory = DirectoryOf(runFile);
        _settled.Add(directory);
        _listings.Remove(directory);
        _open = null;
    }

    /// <summary>The file that was settled is not there any more, or belongs to another run.</summary>
    public void Unsettle(string runFile)
    {
        _settled.Remove(DirectoryOf(runFile));
        _open = null;
    }

    /// <summary>The SDK uploads it itself: the name of its directory says so.</summary>
    public static bool IsOnline(string runFile) => RunFileDiscovery.IsOnlineRunName(NameOf(DirectoryOf(runFile)));

    private static string DirectoryOf(string runFile) => Path.GetDirectoryName(runFile) ?? "/";

    private static string NameOf(string directory) => Path.GetFileName(Path.GetFullPath(directory));

    private string? UnreadableWords()
    {
        if (_unreadable.Count == 0)
            return null;
        var named = string.Join(", ", _unreadable.Take(MaxNamed).Select(directory => $"{directory.Key} ({directory.Value})"));
        var more = _unreadable.Count > MaxNamed ? $" and {_unreadable.Count - MaxNamed:N0} more" : "";
        return $"runs in directories that cannot be read are not seen: {named}{more}";
    }

    private void TakeWhatWasSeen()
    {
        _runs = _seen.SelectMany(listing => listing.Runs).ToHashSet(StringComparer.Ordinal);
        _open = null;
        // A directory that was removed and made again is a new one.
        _settled.IntersectWith(_runs);
        foreach (var gone in _listings.Keys.Where(path => !_walked.Contains(path) && !_runs.Contains(path)).ToList())
            Forget(gone);
    }

    private void WalkRoot(string root)
    {
        // Paths stay as the user wrote them.
        var path = Path.TrimEndingDirectorySeparator(root);
        if (RunFileDiscovery.IsRunDirectoryName(NameOf(path)))
        {
            if (FileStamp.Of(path) is { IsDirectory: true } stamp && _visited.Add((stamp.Device, stamp.Inode)))
                _seen.Add(_rootRuns.GetValueOrDefault(path) ?? (_rootRuns[path] = new Listed(stamp, 0, false, [path], [], null)));
            return;
        }
        if (Walk(path, 0)?.Problem is not { } reason)
            _told.Remove(root);
        else if (!_told.TryGetValue(root, out var told) || !string.Equals(told, reason, StringComparison.Ordinal))
            problem(new PathProblem(root, $"{_told[root] = reason}; waiting for it"));
    }

    /// <returns>The listing of a directory that cannot be listed; null when it can.</returns>
    private Listed? Walk(string path, int depth)
    {
        if (_walked.Contains(path))
            return null;
        if (_walked.Count >= Limit)
        {
            _left++;
            return null;
        }
        var listing = ListingOf(path, isRoot: depth == 0);
        if (listing.Problem is not null)
        {
            if (listing.IsUnreadable)
                _unreadable[path] = listing.Problem;
            return listing;
        }
        if (!_visited.Add((listing.Stamp.Device, listing.Stamp.Inode)))
            return null;
        _walked.Add(path);
        _seen.Add(listing);
        if (depth < MaxDepth)
        {
            foreach (var below in listing.Others)
                Walk(below, depth + 1);
        }
        return null;
    }

    private Listed ListingOf(string path, bool isRoot)
    {
        var known = Fresh(path);
        if (known is not null && !isRoot && _isQuiet && notices.Covers(path, known.Stamp))
            return known;
        if (FileStamp.Of(path) is not { } stamp)
            return _listings[path] = WithoutStamp(path);
        if (!stamp.IsDirectory)
            return _listings[path] = Listed.Nothing("not a directory");
        notices.Cover(path, stamp);
        return known is { IsRested: true } && known.Stamp == stamp ? known : _listings[path] = List(path, stamp);
    }

    private Listed? Fresh(string path) =>
        _listings.GetValueOrDefault(path) is { Problem: null } known && time.GetElapsedTime(known.At) < SafetyNet ? known : null;

    private Listed List(string path, FileStamp stamp)
    {
        try
        {
            Listing(path);
            var names = new FileSystemEnumerable<string>(path, (ref entry) => entry.FileName.ToString(), Everything)
            {
                ShouldIncludePredicate = (ref entry) => entry.IsDirectory && IsWalked(entry),
            };
            var found = names.ToLookup(RunFileDiscovery.IsRunDirectoryName, name => Path.Combine(path, name));
            return new Listed(stamp, time.GetTimestamp(), stamp.IsRested(time.GetUtcNow()), [.. found[true]], [.. found[false]], null);
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return Listed.After(exception);
        }
    }

    /// <summary>A directory that was removed since it was seen, or one in a directory that may be listed and not entered.</summary>
    private static Listed WithoutStamp(string path)
    {
        try
        {
            File.GetAttributes(path);
            // It has just come, or is a link to what does not exist.
            return Listed.Nothing("no such file or directory");
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return Listed.After(exception);
        }
    }

    private static bool IsWalked(in FileSystemEntry entry)
    {
        if (RunFileDiscovery.ParentNames.Contains(entry.FileName.ToString(), StringComparer.Ordinal))
            return true;
        // latest-run is a link to a run that is found anyway.
        return entry.FileName[0] != '.' && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
    }

    private IReadOnlyList<string> FilesOf(string directory)
    {
        if (FileStamp.Of(directory) is not { } stamp)
            return NoFiles(directory, WithoutStamp(directory));
        if (!stamp.IsDirectory)
            return [];
        if (Fresh(directory) is { IsRested: true } known && known.Stamp == stamp)
            return known.Others;
        try
        {
            Listing(directory);
            IReadOnlyList<string> files = [.. Directory.EnumerateFiles(directory).Where(RunFileDiscovery.IsRunFile)];
            _listings[directory] = new Listed(stamp, time.GetTimestamp(), stamp.IsRested(time.GetUtcNow()), [], files, null);
            return files;
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return NoFiles(directory, Listed.After(exception));
        }
    }

    private IReadOnlyList<string> NoFiles(string directory, Listed listing)
    {
        if (listing is { IsUnreadable: true, Problem: { } reason })
            _unreadable[directory] = reason;
        return [];
    }

    private void Forget(string path)
    {
        _listings.Remove(path);
        notices.Release(path);
    }

    /// <summary>What was in a directory, as full paths.</summary>
    /// <param name="At">When it was listed.</param>
    /// <param name="IsRested">Whether an equal <paramref name="Stamp"/> means that nothing was added since.</param>
    /// <param name="Others">Other directories; of a run directory, its run files.</param>
    private sealed record Listed(
        FileStamp Stamp, long At, bool IsRested, IReadOnlyList<string> Runs, IReadOnlyList<string> Others, string? Problem)
    {
        /// <summary>It is there, and there may be runs in it.</summary>
        public bool IsUnreadable { get; private init; }

        public static Listed Nothing(string problem) => new(default, 0, false, [], [], problem);

        public static Listed After(Exception exception) => Nothing(ReadFailure.Describe(exception)) with
        {
            IsUnreadable = exception is not (FileNotFoundException or DirectoryNotFoundException),
        };
    }
}
