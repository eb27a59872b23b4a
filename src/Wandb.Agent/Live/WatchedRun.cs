using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>One run below the roots: its files, and the work on them. Owned by the session's loop; only the work itself runs beside it.</summary>
internal sealed class WatchedRun : IDisposable
{
    /// <summary>Failures in a row, on this machine or because the server refuses the run, after which nobody should wait for it any more.</summary>
    public const int MaxFailures = 3;

    private readonly List<WatchedFile> _files = [];
    private readonly Dictionary<string, DateTimeOffset> _missing = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private RunCopies? _copies;
    private CancellationTokenSource? _ending;
    private Task<IReadOnlyList<RunReport>>? _work;
    private IDisposable? _lock;

    // Made by the work, when it has compared the files; null before.
    private volatile CopyChoice? _choice;

    // Path of the file that overtook the one that was followed instead.
    private string? _growing;
    private bool _hasNewFiles;
    private volatile bool _isLetGo;
    private int _failures;
    private int _holds;

    // Of a run that was closed although its file has no exit record.
    private RunReport? _closed;

    /// <summary>In the order of their start.</summary>
    public IReadOnlyList<WatchedFile> Files => _files;

    /// <summary>What was dealt with before the last file is followed.</summary>
    public EarlierParts Earlier { get; } = new();

    public bool IsActive => _work is not null;

    /// <summary>Nothing more is expected of the run. Read by its work as well.</summary>
    public bool IsLetGo => _isLetGo;

    /// <summary>
    /// Whether another failure of its files or artifacts keeps it open. An outage before is none of theirs: what stands before a server that comes back
    /// refuses for a while.
    /// </summary>
    public bool MayBeHeldOpen => _holds < MaxFailures - 1;

    /// <summary>Why it was not started, in words; null when nothing stood in the way.</summary>
    public string? Obstacle { get; set; }

    public RunStanding Standing { get; private set; }

    /// <summary>Not before this it is tried again.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>
    /// Adds a file. The one before it was left by a trainer that has gone: following it ends, and the run is begun anew with all its files.
    /// </summary>
    public void Add(WatchedFile file)
    {
        if (_files.Exists(known => string.Equals(known.Path, file.Path, StringComparison.Ordinal)))
            return;
        _files.Add(file);
        _files.Sort((a, b) => StartOf(a).CompareTo(StartOf(b)));
        _hasNewFiles = true;
        Reopen();
        _ending?.Cancel();
    }

    /// <summary>There is something to do again.</summary>
    public void Reopen() => (Standing, NotBefore, _failures, _holds, _closed) = (RunStanding.Open, default, 0, 0, null);

    /// <summary>Somebody writes the run although it was closed, because its writer was said to have ended.</summary>
    public bool GoesOnAfterItsEnd => _closed is { } closed && FileStamp.Of(closed.File)?.Length > closed.FileBytes;

    /// <param name="work">
    /// Is given the files, also copies, see <see cref="LeaveCopiesOut"/>, and a token that asks it to end in order when another file of the run appears.
    /// </param>
    /// <param name="lockOfFiles">Held until the work has ended.</param>
    /// <param name="stop">The token that asks everything to end in order.</param>
    public void Start(Func<IReadOnlyList<WatchedFile>, CancellationToken, Task<IReadOnlyList<RunReport>>> work, IDisposable lockOfFiles, CancellationToken stop)
    {
        _ending?.Dispose();
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        (_hasNewFiles, _isLetGo, _lock, _choice) = (false, false, lockOfFiles, null);
        IReadOnlyList<WatchedFile> files = [.. _files];
        Earlier.Clear();
        var token = _ending.Token;
        _work = Task.Run(() => work(files, token), CancellationToken.None);
    }

    /// <summary>Nothing more is expected of the run: what is there is dealt with to its end, however long that takes.</summary>
    public void LetGo()
    {
        _isLetGo = true;
        _ending?.Cancel();
    }

    /// <summary>Whether it is followed although all its trainers have gone.</summary>
    /// <param name="isLeft">Of a run file.</param>
    public bool IsLeft(Func<string, bool> isLeft) => IsActive && !IsLetGo && _files.TrueForAll(file => isLeft(file.Path));

    /// <summary>Tells parts of the run from copies of them. Called by the work, before anything is sent; it may read all of the files.</summary>
    /// <param name="compared">See <see cref="RunCopies.Choose"/>.</param>
    public CopyChoice LeaveCopiesOut(IReadOnlyList<WatchedFile> files, Action<WatchedFile, long> compared, CancellationToken ct) =>
        _choice = files.Count == 1 ? new CopyChoice(files, []) : (_copies ??= new RunCopies()).Choose(files, _growing, compared, ct);

    /// <summary>Whether a file that is left out is told for the first time, with these words.</summary>
    public bool IsNews(LeftOutFile left) => _told.Add($"{left.File.Path}: {left.Words}");

    /// <summary>Whether nothing of a file is sent because another one stands for it.</summary>
    public bool IsLeftOut(WatchedFile file) => _choice?.LeftOut.Any(left => string.Equals(left.File.Path, file.Path, StringComparison.Ordinal)) == true;

    /// <summary>Begins anew with a file that was left out and goes on where the one that is followed does not.</summary>
    public void TurnToLonger()
    {
        if (!IsActive || _hasNewFiles || _choice?.Overtaking(LengthOf) is not { } longer)
            return;
        (_growing, _hasNewFiles) = (longer.Path, true);
        _ending?.Cancel();
    }

    /// <summary>Takes what the work has left, when it has ended.</summary>
    public async Task<IReadOnlyList<RunReport>> TakeFinishedAsync(DateTimeOffset now, TimeSpan retryDelay) =>
        _work is { IsCompleted: true } ? await SettleAsync(now, retryDelay) : [];

    /// <param name="retryDelay">When to go on with a run that is still open.</param>
    public async Task<IReadOnlyList<RunReport>> SettleAsync(DateTimeOffset now, TimeSpan retryDelay)
    {
        if (_work is null)
            return [];
        IReadOnlyList<RunReport> reports;
        try
        {
            reports = await _work;
        }
        finally
        {
            _work = null;
            _lock?.Dispose();
            _lock = null;
        }
        if (_hasNewFiles)
            return reports;
        var last = reports is [.., var report] ? report : null;
        _failures = last is { Result: SyncResult.Incomplete, Cause: null or { NeedsPerson: true }, IsReplaced: false } ? _failures + 1 : 0;
        Standing = StandingAfter(last, _failures, _isLetGo);
        _closed = last is { Result: SyncResult.Synced, IsClosedWithoutRecord: true } ? last : null;
        // A file that was cut, moved or replaced is compared with the server at once.
        NotBefore = last is { IsReplaced: true } ? now : now + retryDelay;
        _holds = reports.Any(report => report.IsHeldOpen) ? _holds + 1 : 0;
        return reports;
    }

    /// <summary>Looks at the files again before another try: each may have been replaced, moved or removed.</summary>
    /// <param name="isOfThisRun">Whether a file still belongs here.</param>
    /// <param name="patience">How long a file may be away before it counts as removed.</param>
    public IReadOnlyList<FileChange> LookAgain(Func<WatchedFile, bool> isOfThisRun, DateTimeOffset now, TimeSpan patience)
    {
        var changes = new List<FileChange>();
        foreach (var (was, file) in _files.Select(file => (file, WatchedFile.Read(file.Path))).ToList())
        {
            var index = _files.IndexOf(was);
            if (isOfThisRun(file))
            {
                _files[index] = file;
                _missing.Remove(was.Path);
                continue;
            }
            if (File.Exists(was.Path))
                changes.Add(new FileChange.Replaced(was));
            else if (_files.Find(other => other != was && File.Exists(other.Path) && other.IsSameContentAs(was)) is { } moved)
                changes.Add(new FileChange.Moved(was, moved.Path));
            else if (_missing.TryAdd(was.Path, now) || now - _missing[was.Path] < patience)
                continue;
            else
                changes.Add(new FileChange.Removed(was));
            _missing.Remove(was.Path);
            _files.RemoveAt(index);
        }
        return changes;
    }

    /// <summary>Whether a file is away and may come back or turn up elsewhere.</summary>
    public bool HasMissing => _missing.Count > 0;

    public void Dispose()
    {
        _ending?.Dispose();
        _lock?.Dispose();
    }

    /// <param name="last">Of the last file; null when nothing was done.</param>
    /// <param name="failures">In a row; a server that could not be reached is none.</param>
    /// <param name="isLetGo">Nothing more was expected of the run.</param>
    internal static RunStanding StandingAfter(RunReport? last, int failures, bool isLetGo) => last switch
    {
        null => RunStanding.Open,
        { Result: SyncResult.Synced or SyncResult.Skipped } or { Result: SyncResult.Incomplete, IsWorthAnotherTry: false } => RunStanding.Done,
        { Result: SyncResult.Unfinished, IsGrowing: false } when isLetGo => RunStanding.Quiet,
        { Cause: ApiFailure.Refused { Kind: RefusalKind.Unauthorized or RefusalKind.Forbidden or RefusalKind.NotFound } } => RunStanding.Refused,
        { Cause.NeedsPerson: true } when failures >= MaxFailures => RunStanding.Refused,
        _ => failures >= MaxFailures ? RunStanding.Failing : RunStanding.Open,
    };

    private static long? LengthOf(WatchedFile file) => FileStamp.Of(file.Path)?.Length;

    private static (long, int) StartOf(WatchedFile file) => (file.Head.Run?.StartTime?.Seconds ?? 0, file.Head.Run?.StartTime?.Nanos ?? 0);
}
