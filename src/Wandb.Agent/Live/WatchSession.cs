using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// Follows every run below some roots. Each turn of its loop: 1 look for new run files, 2 take what runs have come to, 3 start those whose turn
/// it is. A run has all its files dealt with one after the other; different runs go side by side.
/// </summary>
internal sealed class WatchSession(
    WandbHttp http, WatchOptions options, ISyncReporter reporter, TimeProvider time, SyncEnvironment environment)
{
    private readonly Dictionary<RunPath, WatchedRun> _runs = [];
    private readonly Dictionary<string, RunReport> _reports = new(StringComparer.Ordinal);

    // Files that are no runs yet, with their length when they were looked at.
    private readonly Dictionary<string, long> _unready = new(StringComparer.Ordinal);

    // Finished files by their name: they matter again when another part of the same run appears.
    private readonly Dictionary<string, List<string>> _marked = new(StringComparer.Ordinal);

    /// <param name="roots">Need not exist yet.</param>
    /// <param name="stop">Asks to end in order: what is there is read, sent and kept.</param>
    /// <param name="ct">Ends at once; what is not acknowledged by then is sent by the next agent.</param>
    /// <returns>The last report of each file.</returns>
    public async Task<IReadOnlyList<RunReport>> RunAsync(IReadOnlyList<string> roots, CancellationToken stop, CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var scan = new RunDirectoryScan(roots, reporter.Problem);
        try
        {
            var context = await FindServerAsync(stop, ended.Token);
            while (true)
            {
                // 1
                Look(scan);
                // 2
                foreach (var run in _runs.Values)
                    Keep(await run.TakeFinishedAsync(time.GetUtcNow() + options.Live.RetryDelay));
                if (context is null || stop.IsCancellationRequested || options.ExitWhenDone && IsDone)
                    break;
                // 3
                StartDue(context, scan, stop, ended.Token);
                await WaitAsync(options.Live.Poll, stop);
            }
            foreach (var run in _runs.Values)
                Keep(await run.SettleAsync(time.GetUtcNow()));
            KeepUntouched();
            return [.. _reports.Values];
        }
        finally
        {
            // Nothing is left under way when something unforeseen ended the loop.
            await ended.CancelAsync();
            foreach (var run in _runs.Values)
                run.Dispose();
        }
    }

    private bool IsDone => _unready.Count == 0 && _runs.Count + _marked.Count > 0 && _runs.Values.All(run => run.IsDone);

    /// <returns>Null when the end was asked for before a server answered.</returns>
    private async Task<RunContext?> FindServerAsync(CancellationToken stop, CancellationToken ct)
    {
        var graphql = new GraphQLClient(http);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, ct);
        while (true)
        {
            try
            {
                var outcome = await graphql.SendAsync(ServerFeatures.Request(), either.Token);
                if (outcome is not ApiOutcome<ServerFeatures>.Failed { Cause: ApiFailure.GaveUp or ApiFailure.Refused { Kind: RefusalKind.Unauthorized } } failed)
                    return RunContext.For(http, graphql, ServerFeatures.OrNone(outcome), options.Sync, reporter, time, environment);
                reporter.Waiting($"server {http.Server.BaseUrl.Host}", failed.Cause.Words, options.Live.RetryDelay, 1);
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                return null;
            }
            await WaitAsync(options.Live.RetryDelay, stop);
        }
    }

    private void Look(RunDirectoryScan scan)
    {
        var found = scan.Find();
        foreach (var gone in _unready.Keys.Except(found, StringComparer.Ordinal).ToList())
            _unready.Remove(gone);
        foreach (var path in found)
        {
            if (File.Exists(path + ".synced") && !options.Sync.IncludeSynced)
            {
                scan.Settle(path);
                _unready.Remove(path);
                Marked(path).Add(path);
                continue;
            }
            var length = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
            if (_unready.TryGetValue(path, out var known) && known == length)
                continue;
            var head = length > RunFileFormat.HeaderBytes ? RunHead.Read(path) : null;
            if (head?.Run is not { } run)
            {
                _unready[path] = length;
                continue;
            }
            _unready.Remove(path);
            scan.Settle(path);
            Add(options.Sync.PathOf(run), head);
        }
    }

    private void Add(RunPath key, RunHead head)
    {
        if (!_runs.TryGetValue(key, out var run))
            _runs.Add(key, run = new WatchedRun());
        // The lines of this file follow those of the finished ones.
        foreach (var earlier in Marked(head.Path).Select(RunHead.Read))
        {
            if (earlier.Run is { } record && options.Sync.PathOf(record) == key)
                run.Add(earlier);
        }
        run.Add(head);
    }

    private List<string> Marked(string path)
    {
        var name = Path.GetFileName(path);
        if (!_marked.TryGetValue(name, out var paths))
            _marked.Add(name, paths = []);
        return paths;
    }

    private void StartDue(RunContext context, RunDirectoryScan scan, CancellationToken stop, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var (key, run) in _runs.Where(run => run.Value is { IsActive: false, IsDone: false } && run.Value.NotBefore <= now).ToList())
        {
            if (_runs.Values.Count(other => other.IsActive) >= options.Sync.Jobs)
                return;
            foreach (var gone in run.LookAgain(head => head.Run is { } record && options.Sync.PathOf(record) == key))
                scan.Unsettle(gone);
            if (run.Heads.Count > 0)
                run.Start((heads, superseded) => FollowAsync(context, heads, superseded, ct), stop);
            else if (_runs.Remove(key))
                run.Dispose();
        }
    }

    private async Task<IReadOnlyList<RunReport>> FollowAsync(
        RunContext context, IReadOnlyList<RunHead> heads, CancellationToken stop, CancellationToken ct)
    {
        var reports = new List<RunReport>();
        var group = new RunGroup(context, options.Sync.Overrides, new RunFollow(options.Live, stop));
        await foreach (var report in group.SyncAsync(heads, ct))
        {
            reports.Add(report);
            if (report.Result != SyncResult.Skipped)
                reporter.Finished(report);
        }
        return reports;
    }

    private void Keep(IEnumerable<RunReport> reports)
    {
        foreach (var report in reports)
            _reports[report.File] = report;
    }

    /// <summary>Runs whose turn never came are not on the server.</summary>
    private void KeepUntouched()
    {
        foreach (var (key, run) in _runs)
        {
            foreach (var head in run.Heads.Where(head => !_reports.ContainsKey(head.Path)))
            {
                var report = new RunReport { File = head.Path, Result = SyncResult.Incomplete, Run = key, Message = "stopped before anything was sent" };
                _reports.Add(head.Path, report);
                reporter.Finished(report);
            }
        }
    }

    private async Task WaitAsync(TimeSpan delay, CancellationToken stop)
    {
        try
        {
            await Task.Delay(delay, time, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The next turn sees it.
        }
    }
}
