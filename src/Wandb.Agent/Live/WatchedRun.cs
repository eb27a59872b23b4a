using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>One run below the roots: its files, and the work on them. Owned by the session's loop; only the work itself runs beside it.</summary>
internal sealed class WatchedRun : IDisposable
{
    private readonly List<RunHead> _heads = [];
    private CancellationTokenSource? _superseded;
    private Task<IReadOnlyList<RunReport>>? _work;
    private int _headsInWork;

    /// <summary>In the order of their start.</summary>
    public IReadOnlyList<RunHead> Heads => _heads;

    public bool IsActive => _work is not null;

    /// <summary>Everything that the files hold was dealt with, and the last one has ended.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Not before this it is tried again.</summary>
    public DateTimeOffset NotBefore { get; private set; }

    /// <summary>
    /// Adds a file. The one before it was left by a trainer that has gone: following it ends, and the run is begun anew with all its files.
    /// </summary>
    public void Add(RunHead head)
    {
        if (_heads.Exists(known => string.Equals(known.Path, head.Path, StringComparison.Ordinal)))
            return;
        _heads.Add(head);
        _heads.Sort((a, b) => StartOf(a).CompareTo(StartOf(b)));
        (IsDone, NotBefore) = (false, default);
        _superseded?.Cancel();
    }

    /// <param name="work">Is given the files, and a token that asks it to end in order when another file of the run appears.</param>
    /// <param name="stop">The token that asks everything to end in order.</param>
    public void Start(Func<IReadOnlyList<RunHead>, CancellationToken, Task<IReadOnlyList<RunReport>>> work, CancellationToken stop)
    {
        _superseded?.Dispose();
        _superseded = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _headsInWork = _heads.Count;
        IReadOnlyList<RunHead> heads = [.. _heads];
        var token = _superseded.Token;
        _work = Task.Run(() => work(heads, token), CancellationToken.None);
    }

    /// <summary>Takes what the work has left, when it has ended.</summary>
    /// <param name="retryAt">When to go on with a run that is not done.</param>
    public async Task<IReadOnlyList<RunReport>> TakeFinishedAsync(DateTimeOffset retryAt) =>
        _work is { IsCompleted: true } ? await SettleAsync(retryAt) : [];

    public async Task<IReadOnlyList<RunReport>> SettleAsync(DateTimeOffset retryAt)
    {
        if (_work is null)
            return [];
        var reports = await _work;
        _work = null;
        if (_headsInWork == _heads.Count)
        {
            IsDone = reports is [.., var last] && IsOver(last);
            NotBefore = retryAt;
        }
        return reports;
    }

    /// <summary>Looks at the files again before another try: each may have been replaced or removed.</summary>
    /// <param name="isOfThisRun">Whether a file still belongs here.</param>
    /// <returns>The files that do not.</returns>
    public IReadOnlyList<string> LookAgain(Func<RunHead, bool> isOfThisRun)
    {
        List<RunHead> now = [.. _heads.Select(head => RunHead.Read(head.Path))];
        _heads.Clear();
        _heads.AddRange(now.Where(isOfThisRun));
        return [.. now.Where(head => !isOfThisRun(head)).Select(head => head.Path)];
    }

    public void Dispose() => _superseded?.Dispose();

    private static bool IsOver(RunReport report) =>
        report.Result is SyncResult.Synced or SyncResult.Skipped || report.Result == SyncResult.Incomplete && !report.IsWorthAnotherTry;

    private static (long, int) StartOf(RunHead head) => (head.Run?.StartTime?.Seconds ?? 0, head.Run?.StartTime?.Nanos ?? 0);
}
