using Wandb.Agent.Checkpoints;
using Wandb.Agent.Commands;
using Wandb.Agent.Http;
using Wandb.Agent.Receipts;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>Which runs there are below the roots, from look to look. Not thread-safe.</summary>
internal sealed class RunCatalogue(
    RunDirectoryScan scan, SyncOptions options, LiveOptions live, ISyncReporter reporter, SyncEnvironment environment, TimeProvider time)
{
    private readonly SteadyClock _clock = new(time);
    // A file that is no run yet, and does not grow, is read again after so many looks: its permissions may have changed.
    private const int LooksBeforeReading = 10;

    private readonly RunPlaces _places = new(options);
    private readonly Dictionary<RunPath, WatchedRun> _runs = [];

    // Runs that name an entity, by their place without it.
    private readonly HashSet<RunPath> _named = [];

    // Files that are no runs yet.
    private readonly Dictionary<string, Unready> _unready = new(StringComparer.Ordinal);

    // Finished files by their name: they matter again when another part of the same run appears.
    private readonly Dictionary<string, List<string>> _marked = new(StringComparer.Ordinal);

    // Names of files that belong, or belonged, to runs that are watched.
    private readonly HashSet<string> _openNames = new(StringComparer.Ordinal);

    private readonly ClosedFiles _closed = new(path => new ReceiptStore(new StateDirectory(path, environment.StateRoot), path, environment.Durable).Load(), time);

    public IReadOnlyDictionary<RunPath, WatchedRun> Runs => _runs;

    /// <summary>Files without a whole run record, and why it is none.</summary>
    public IEnumerable<(string Path, string Problem)> NotReady => _unready.Select(file => (file.Key, file.Value.Problem));

    /// <inheritdoc cref="RunDirectoryScan.Unreadable"/>
    public IReadOnlyList<PathProblem> Unreadable => scan.Unreadable;

    /// <summary>
    /// Whether a run may be the same as another one: one names an entity, and the other leaves it to the key's default. Until that is known, neither may be
    /// begun: side by side they would write over each other.
    /// </summary>
    public bool IsUnclear(RunPath key) => key.Entity.Length == 0 ? _named.Contains(key) : _runs.ContainsKey(key with { Entity = "" });

    public bool HasUnclear => _named.Count > 0 && _runs.Keys.Any(key => key.Entity.Length == 0 && IsUnclear(key));

    /// <summary>Run files of runs that the SDK uploads itself.</summary>
    public IReadOnlyList<string> Online { get; private set; } = [];

    /// <summary>Run files of runs that are over with all their parts.</summary>
    public IReadOnlyList<string> Finished()
    {
        var open = _runs.Values
            .Where(run => run.Standing != RunStanding.Done || run.IsActive)
            .SelectMany(run => run.Files.Select(file => Path.GetFileName(file.Path)))
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. _marked.Where(same => !open.Contains(same.Key)).SelectMany(same => same.Value)
                .Concat(_runs.Values.Where(run => run.Standing == RunStanding.Done && !run.IsActive).SelectMany(run => run.Files.Select(file => file.Path)))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether any offline run was found, finished or not.</summary>
    public bool HasFound => _runs.Count + _marked.Count + _unready.Count > 0;

    public void Look()
    {
        var found = scan.Find();
        Online = found.Online;
        foreach (var gone in _unready.Keys.Except(found.Offline, StringComparer.Ordinal).ToList())
            _unready.Remove(gone);
        foreach (var path in found.Offline.Concat(_closed.TakeGrown()))
            Look(path);
    }

    /// <summary>Looks at the files of a run before it is started or started again; a run without any is forgotten.</summary>
    public IReadOnlyList<FileChange> LookAgain(RunPath key, WatchedRun run)
    {
        var changes = run.LookAgain(file => file.Head.Run is { } record && _places.PathOf(record) == key, _clock.Now, live.Poll * 2);
        foreach (var change in changes)
            scan.Unsettle(change.File.Path);
        if (run.Files.Count == 0 && _runs.Remove(key))
            run.Dispose();
        return changes;
    }

    /// <summary>Takes the key's default entity: runs that turn out to be the same become one, begun anew with all its files.</summary>
    public void Learn(string entity)
    {
        _places.Learn(entity);
        foreach (var (key, run) in _runs.Where(run => run.Key.Entity.Length == 0).ToList())
        {
            _runs.Remove(key);
            var place = key with { Entity = entity };
            _runs[place] = _runs.TryGetValue(place, out var same) ? Joined(run, same) : run;
        }
    }

    /// <summary>The one that is under way, if any is, takes the files of the other.</summary>
    private static WatchedRun Joined(WatchedRun one, WatchedRun another)
    {
        var (kept, other) = another.IsActive ? (another, one) : (one, another);
        foreach (var file in other.Files)
            kept.Add(file);
        other.Dispose();
        return kept;
    }

    private void Look(string path)
    {
        var isMarked = File.Exists(path + ".synced") && !options.IncludeSynced;
        if (isMarked && !_closed.HasGrown(path))
        {
            scan.Settle(path);
            _unready.Remove(path);
            AddMarked(path);
            return;
        }
        var length = FileStamp.Of(path)?.Length ?? 0;
        var known = _unready.GetValueOrDefault(path);
        var mayHaveChanged = length > RunFileFormat.HeaderBytes && known is not null && time.GetElapsedTime(known.ReadAt) >= live.Poll * LooksBeforeReading;
        if (known?.Length == length && !mayHaveChanged)
            return;
        var file = WatchedFile.Read(path);
        if (file.Head.Run is not { } run)
        {
            NoteUnready(file.Head, length, file.Head.Problem ?? "", known);
            return;
        }
        // A run is announced with its writer; one that names none is taken when its file rests.
        if (known?.Length != length && GrowingHead.IsTooShort(file.Head))
        {
            NoteUnready(file.Head, length, "it does not say yet who writes it", known);
            return;
        }
        _unready.Remove(path);
        scan.Settle(path);
        var key = _places.PathOf(run);
        reporter.Found(file.Head, key, KeptOf(path));
        // The server may not be there before the pod ends: whoever uploads the run then shall know as much.
        new KeptAdditions(new StateDirectory(path, environment.StateRoot), path, environment.Durable).With(options.Additions(file.Head));
        if (isMarked)
        {
            MarkedAs(path).Remove(path);
            reporter.Note(path, "its run was closed without an exit record, and it has grown since: the rest is sent");
        }
        Add(key, file);
    }

    /// <summary>A finished file matters where another part of its run is open: that one is not the last, and was left by a trainer that has gone.</summary>
    private void AddMarked(string path)
    {
        var same = MarkedAs(path);
        if (same.Contains(path, StringComparer.Ordinal))
            return;
        same.Add(path);
        if (_openNames.Contains(Path.GetFileName(path)) && WatchedFile.Read(path) is { Head.Run: { } record } file && _runs.TryGetValue(_places.PathOf(record), out var run))
            run.Add(file);
    }

    private void NoteUnready(RunHead head, long length, string problem, Unready? known)
    {
        var path = head.Path;
        if (known is null)
            reporter.Found(head, run: null, RunFileCount.Nothing);
        // The first block of a run comes late, and that is no problem; what stays wrong is one.
        var isTold = known?.IsTold ?? false;
        if (!isTold && known?.Length == length && string.Equals(known.Problem, problem, StringComparison.Ordinal))
        {
            reporter.Problem(new PathProblem(path, $"{problem}; waiting for it"));
            isTold = true;
        }
        _unready[path] = new Unready(length, time.GetTimestamp(), problem, isTold);
    }

    /// <summary>What the checkpoint of an earlier agent claims; nobody has asked the server yet.</summary>
    private RunFileCount KeptOf(string path) =>
        new CheckpointStore(new StateDirectory(path, environment.StateRoot), path, environment.Durable).Load() is { } kept
            ? new RunFileCount(kept.Offset, kept.History.Count, kept.Ledger.Records, kept.Ledger.LostCount, null)
            : RunFileCount.Nothing;

    private void Add(RunPath key, WatchedFile file)
    {
        if (!_runs.TryGetValue(key, out var run))
            _runs.Add(key, run = new WatchedRun());
        if (key.Entity.Length > 0)
            _named.Add(key with { Entity = "" });
        // The lines of this file follow those of the finished ones.
        foreach (var earlier in MarkedAs(file.Path).Select(WatchedFile.Read))
        {
            if (earlier.Head.Run is { } record && _places.PathOf(record) == key)
                run.Add(earlier);
        }
        run.Add(file);
        _openNames.Add(Path.GetFileName(file.Path));
    }

    private List<string> MarkedAs(string path)
    {
        var name = Path.GetFileName(path);
        if (!_marked.TryGetValue(name, out var paths))
            _marked.Add(name, paths = []);
        return paths;
    }

    /// <param name="ReadAt">When its beginning was read last.</param>
    private sealed record Unready(long Length, long ReadAt, string Problem, bool IsTold);
}
