using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wandb.Agent.Http;
using Wandb.Agent.Logs;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;
using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>
/// Where everything that happens in the agent is told, and from where its reports are made. Thread-safe; never waits for a disk or a network
/// while something is told.
/// </summary>
/// <param name="baseUrl">The W&amp;B server.</param>
/// <param name="containerOf">Name of the container that writes a run file; empty when it is not known.</param>
internal sealed class RunBoard(Uri baseUrl, Func<string, string> containerOf, TimeProvider time)
{
    // A directory that is watched for months: the oldest runs that are done leave the report.
    private const int MaxRuns = 1000;

    private readonly string _version = typeof(RunBoard).Assembly.GetName().Version?.ToString(3) ?? "0";
    private readonly long _begun = time.GetTimestamp();

    // Guards everything below.
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, BoardEntry> _entries = new(StringComparer.Ordinal);
    private BackendHealth _backend = BackendHealth.Unknown;
    private AgentState _state = AgentState.Following;

    /// <summary>Why the key cannot be used, if that is known here; said instead of the server's words when it refuses the key.</summary>
    public Func<string?> KeyProblem { get; init; } = static () => null;

    /// <summary>Why nobody uploads a run file that is only looked at, in a sentence; null: the SDK does.</summary>
    public Func<string, string?> Unsent { get; init; } = static _ => null;

    /// <summary>Whether a run file was left by another pod.</summary>
    public Func<string, bool> IsOfAnotherPod { get; init; } = static _ => false;

    /// <summary>Where it is said what changed of the agent and of the server.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>What the agent copes with.</summary>
    public BoardProblems Problems
    {
        get
        {
            lock (_gate)
                return field ??= new BoardProblems(Log, Changes.Set);
        }
    }

    /// <inheritdoc cref="BackendHealth.IsDark"/>
    public bool IsDark
    {
        get
        {
            lock (_gate)
                return _backend.IsDark;
        }
    }

    /// <summary>Nothing is known to go to the server: it is dark, or nobody has asked it yet.</summary>
    public bool IsAway
    {
        get
        {
            lock (_gate)
                return IsAwayNow;
        }
    }

    /// <summary>Who is told when something changed that is worth a report.</summary>
    public ChangeListeners Changes { get; } = new();

    public void Facts(RunFacts facts)
    {
        lock (_gate)
        {
            var entry = Entry(facts.File);
            (entry.Facts, entry.Report) = (facts, null);
            entry.Backlog.Acknowledged(facts.BytesDealtWith);
            entry.FinishedAt = facts.ExitCode is null ? null : entry.FinishedAt ?? time.GetUtcNow();
            Compare(entry);
        }
    }

    /// <param name="receiptDigest">SHA-256 of its receipt, lowercase hex; null without one.</param>
    public void Finished(RunReport report, string? receiptDigest)
    {
        lock (_gate)
        {
            var entry = Entry(report.File);
            (entry.Report, entry.ReceiptDigest) = (report, receiptDigest);
            if (report.Result is SyncResult.Synced)
                entry.FinishedAt ??= time.GetUtcNow();
            Compare(entry);
            Forget();
        }
    }

    /// <inheritdoc cref="ISyncObserver.Found"/>
    public void Found(RunHead head, RunPath? path, RunFileCount kept)
    {
        lock (_gate)
        {
            var entry = Entry(head.Path);
            // Whoever works on the run knows more.
            if (entry.Facts is not null || entry.Report is not null)
                return;
            if (path is { } run)
                entry.Facts = FoundFacts.Of(head, run, "found", kept);
            entry.Backlog.Acknowledged(kept.Bytes);
            Compare(entry);
        }
    }

    /// <inheritdoc cref="ISyncObserver.Observed"/>
    public void Observed(RunHead head, RunPath? path, RunFileCount count)
    {
        lock (_gate)
        {
            var entry = Entry(head.Path);
            if (path is { } run)
            {
                entry.Unsent = Unsent(head.Path);
                entry.IsObserved = entry.Unsent is null;
                entry.Facts ??= FoundFacts.Of(head, run, "observed", RunFileCount.Nothing);
            }
            Count(entry, count);
            Compare(entry);
        }
    }

    /// <summary>What is in a run file of which nothing is sent now.</summary>
    public void Counted(string file, RunFileCount count)
    {
        lock (_gate)
        {
            // A run that was forgotten stays so.
            if (_entries.TryGetValue(file, out var entry))
                Count(entry, count);
        }
    }

    /// <summary>Run files that are not wholly on the server, and how far each was dealt with.</summary>
    public IReadOnlyList<(string File, RunFileCount DealtWith)> NotOnServer()
    {
        lock (_gate)
        {
            return
            [
                .. _entries.Values
                    .Where(entry => !entry.IsObserved && entry.Report is null or { Result: SyncResult.Incomplete })
                    .Select(entry => (entry.File, entry.Facts is { } facts
                        ? new RunFileCount(facts.BytesWhole, facts.RowsRead, facts.RecordsRead, facts.RecordsLost, null)
                        : RunFileCount.Nothing)),
            ];
        }
    }

    /// <summary>What became of the runs that nobody uploads.</summary>
    public IReadOnlyList<RunReport> UnsentRuns()
    {
        lock (_gate)
            return [.. _entries.Values.Select(entry => entry.UnsentReport).OfType<RunReport>()];
    }

    public void Tried(RequestTry attempt)
    {
        if (attempt.Kind == RequestKind.FilePut)
            Problems.Uploaded(attempt);
        BackendHealth before, after;
        lock (_gate)
        {
            before = _backend;
            Become(after = before.After(attempt, time.GetUtcNow()));
        }
        if (after.State == before.State)
            return;
        if (after.IsDark)
            Log.ServerIsDark(after.State, after.Reason);
        else
            Log.ServerAnswers(after.State);
    }

    public void Waiting(TimeSpan delay)
    {
        lock (_gate)
            _backend = _backend.Waiting(delay, time.GetUtcNow());
    }

    public void Become(AgentState state)
    {
        lock (_gate)
        {
            if (_state == state)
                return;
            _state = state;
            Changes.Set();
        }
        Log.AgentStateChanged(state);
    }

    /// <summary>Looks at the run files and says how everything stands.</summary>
    public AgentReport Report()
    {
        List<string> files;
        lock (_gate)
            files = [.. _entries.Keys];
        var now = time.GetUtcNow();
        var looks = files.ToDictionary(file => file, file => new FileLook(FileLook.LengthOf(file, now), containerOf(file), IsOfAnotherPod(file)), StringComparer.Ordinal);
        lock (_gate)
        {
            // Of a file that went away before it said whose run it is, nothing is left to tell.
            foreach (var (file, _) in looks.Where(look => look.Value.Length is null && _entries.GetValueOrDefault(look.Key) is { IsPending: true }))
                _entries.Remove(file);
            // What has come since then is in the next one.
            List<ReportedRun> runs = [.. _entries.Values.Where(entry => looks.ContainsKey(entry.File)).Select(entry => Describe(entry, looks[entry.File]))];
            return new AgentReport
            {
                AgentVersion = _version,
                SentAt = now,
                State = _state == AgentState.Following && _backend.IsDark ? AgentState.Buffering : _state,
                Backend = _backend.ToReport(baseUrl, KeyProblem),
                Runs = [.. runs.OrderBy(run => run.StartedAt)],
                Problems = Problems.All,
                IsLast = _state is AgentState.Draining or AgentState.Done,
            };
        }
    }

    private TimeSpan Uptime => time.GetElapsedTime(_begun);

    private BoardEntry Entry(string file)
    {
        if (!_entries.TryGetValue(file, out var entry))
            _entries.Add(file, entry = new BoardEntry(file));
        return entry;
    }

    private ReportedRun Describe(BoardEntry entry, FileLook file)
    {
        // What an earlier agent left is at least as old as its last byte.
        if (file.Length is { } there && !entry.IsObserved)
            entry.Backlog.Seen(there.Bytes, Uptime - there.Age);
        var state = StateOf(entry, isGone: file.Length is null);
        var run = ReportedRuns.Of(entry, state, file.Container, file.Length?.Bytes, entry.Backlog.Age(Uptime));
        return file.IsOfAnotherPod ? ReportedRuns.OfAnotherPod(run) : run;
    }

    private ReportedRunState StateOf(BoardEntry entry, bool isGone) =>
        entry.IsObserved ? ReportedRunState.Observed
        : entry.Unsent is not null ? isGone ? ReportedRunState.Lost : ReportedRunState.Buffering
        : RunStateRules.Of(entry.Facts, entry.Report, entry.Report is null ? _backend.IsDark : IsAwayNow, isGone);

    private bool IsAwayNow => _backend.IsDark || _backend.State == BackendState.Unknown;

    private void Count(BoardEntry entry, RunFileCount count)
    {
        if (count.ExitCode is not null && entry.Counted?.ExitCode is null)
        {
            entry.FinishedAt ??= time.GetUtcNow();
            Changes.Set();
        }
        entry.Counted = count;
    }

    private void Become(BackendHealth health)
    {
        var hasChanged = health.State != _backend.State;
        _backend = health;
        if (hasChanged)
            Changes.Set();
    }

    private void Compare(BoardEntry entry)
    {
        var state = StateOf(entry, isGone: false);
        if (state == entry.Told)
            return;
        entry.Told = state;
        Changes.Set();
    }

    private void Forget()
    {
        if (_entries.Count <= MaxRuns)
            return;
        if (_entries.Values.FirstOrDefault(entry => entry.Report?.Result is SyncResult.Synced or SyncResult.Skipped) is { } oldest)
            _entries.Remove(oldest.File);
    }
}
