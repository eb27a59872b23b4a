using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// Follows every run below some roots. Each turn of its loop: 1 look for new run files, 2 take what runs have come to, 3 see whether the end
/// is reached, 4 start those whose turn it is, if a server was found already. A run has all its files dealt with one after the other; different
/// runs go side by side.
/// </summary>
internal sealed class WatchSession(
    WandbHttp http, WatchOptions options, ISyncReporter reporter, TimeProvider time, SyncEnvironment environment)
{
    /// <summary>Runs that are open at the same time, about 100 KB each; beyond it, runs that are quiet make room.</summary>
    private const int MaxOpen = 512;

    private readonly Dictionary<string, RunReport> _reports = new(StringComparer.Ordinal);
    private readonly QuietFiles _quiet = new(options.Quiet, time);
    private readonly SteadyClock _clock = new(time);
    private readonly RunLocks _locks = new(environment.StateRoot, options.Live.Poll, reporter, time);
    private readonly SpareMemory _spare = new();
    private readonly long _begun = time.GetTimestamp();
    private object? _keyVersion = http.Server.KeyVersion;

    /// <summary>What kept the watch from its end, besides the reports of runs.</summary>
    public IReadOnlyList<PathProblem> Problems { get; private set; } = [];

    /// <param name="roots">Need not exist yet.</param>
    /// <param name="stop">Asks to end in order: what is there is read, sent and kept.</param>
    /// <param name="ct">Ends at once; what is not acknowledged by then is sent by the next agent.</param>
    /// <returns>The last report of each file.</returns>
    public async Task<IReadOnlyList<RunReport>> RunAsync(IReadOnlyList<string> roots, CancellationToken stop, CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var notices = new DirectoryNotices(time);
        using var line = new SendingLine(options.Sync.Jobs);
        var scan = RunDirectoryScan.For(roots, notices, reporter, environment, time);
        var runs = new RunCatalogue(scan, options.Sync, options.Live, reporter, environment, time);
        var finding = FindServerAsync(stop, ended.Token);
        RunFollower? follower = null;
        EntityQuestion? question = null;
        try
        {
            var beside = new BesideWork(options, http.Server.BaseUrl.AbsoluteUri, environment, _locks.Self, reporter, time);
            while (true)
            {
                // 1
                runs.Look();
                // 2
                foreach (var run in runs.Runs.Values)
                    Keep(await run.TakeFinishedAsync(_clock.Now, options.Live.RetryDelay));
                TellSecondTrainers(runs, isLast: false);
                // 3
                if (follower is null && finding.IsCompleted)
                {
                    if (await finding is not { } context)
                        break;
                    follower = new RunFollower(context, options, reporter, line);
                    question = new EntityQuestion(context.GraphQL, options.Live.RetryDelay, time);
                }
                if (stop.IsCancellationRequested || follower is not null && options.ExitWhenDone && IsOver(runs, roots))
                    break;
                // 4
                if (follower is null || question is null)
                {
                    await WaitForServerAsync(finding, stop);
                    continue;
                }
                if (await question.AskAsync(runs.HasUnclear, ended.Token) is { } entity)
                    runs.Learn(entity);
                StartDue(follower, question.Failure, runs, stop, ended.Token);
                beside.StartDue(runs, scan, ended.Token);
                TellWaiting(line);
                if (_spare.IsDue(GC.GetTotalAllocatedBytes(), time.GetElapsedTime(_begun)))
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                // With the looks at quiet files: what costs is to wake up.
                await notices.WaitAsync(NextLook.Together(time.GetElapsedTime(0), options.Live.Poll), stop);
            }
            foreach (var run in runs.Runs.Values)
                Keep(await run.SettleAsync(_clock.Now, TimeSpan.Zero));
            TellSecondTrainers(runs, isLast: true);
            await beside.EndAsync(runs, scan, stop.IsCancellationRequested ? stop : ended.Token);
            KeepUntouched(runs, isOver: ct.IsCancellationRequested);
            // Whoever sends the rest looks once more, and tells it.
            foreach (var directory in options.RestIsSent ? [] : runs.Unreadable)
                Add(directory);
            return [.. _reports.Values];
        }
        finally
        {
            // Nothing is left under way when something unforeseen ended the loop.
            await ended.CancelAsync();
            await finding;
            if (question is not null)
                await question.AbandonAsync();
            foreach (var run in runs.Runs.Values)
            {
                await run.SettleAsync(_clock.Now, TimeSpan.Zero);
                run.Dispose();
            }
        }
    }

    /// <returns>Null when the end was asked for before a server answered, or when it refuses for good and nobody wants to wait.</returns>
    private async Task<RunContext?> FindServerAsync(CancellationToken stop, CancellationToken ct)
    {
        var graphql = new GraphQLClient(http);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, ct);
        for (var tries = 1; ; tries++)
        {
            var keyVersion = http.Server.KeyVersion;
            try
            {
                var outcome = await ServerFeatures.AskAsync(graphql, either.Token);
                if (outcome is not ApiOutcome<ServerFeatures>.Failed { Cause: ApiFailure.GaveUp or ApiFailure.Refused { Kind: RefusalKind.Unauthorized } } failed)
                    return RunContext.For(http, graphql, ServerFeatures.OrNone(outcome), options.Sync, reporter, time, environment);
                if (options.ExitWhenDone && failed.Cause.NeedsPerson && (failed.Cause is ApiFailure.Refused || tries >= WatchedRun.MaxFailures))
                {
                    Add(new PathProblem(http.Server.BaseUrl.AbsoluteUri, RunUpsert.Explain(failed.Cause, new RunPath("", "", ""), "anything", http.Server)));
                    return null;
                }
                reporter.Waiting($"server {http.Server.BaseUrl.Host}", failed.Cause.Words, options.Live.RetryDelay, 1);
                await RetryPause.WaitAsync(http.Server, keyVersion, options.Live.RetryDelay, options.Live.Poll, time, either.Token);
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    /// <summary>Until a server was found, or the next look is due.</summary>
    private async Task WaitForServerAsync(Task finding, CancellationToken stop)
    {
        try
        {
            await finding.WaitAsync(options.Live.Poll, time, stop);
        }
        catch (Exception exception) when (exception is TimeoutException || stop.IsCancellationRequested)
        {
            // The loop looks.
        }
    }

    /// <summary>Whether nothing more is to be expected. Runs that nobody writes any more are asked to come to their end.</summary>
    private bool IsOver(RunCatalogue runs, IReadOnlyList<string> roots)
    {
        if (!runs.HasFound)
        {
            if (time.GetElapsedTime(_begun) < options.Quiet)
                return false;
            if (runs.Online.Count == 0 && runs.Unreadable.Count == 0)
                Add(new PathProblem(string.Join(", ", roots), "no runs in it (offline-run-*, dryrun-*)"));
            return true;
        }
        foreach (var run in runs.Runs.Values.Where(IsQuiet))
            run.LetGo();
        if (!runs.NotReady.All(file => _quiet.IsQuiet(file.Path)) || !runs.Unreadable.All(directory => _quiet.IsQuiet(directory.Path)))
            return false;
        if (runs.Runs.Values.Any(run => run.Standing == RunStanding.Open || run.Standing == RunStanding.Failing && !IsQuiet(run)))
            return false;
        foreach (var (path, problem) in runs.NotReady)
            Finish(new RunReport { File = path, Result = SyncResult.Unusable, Message = problem });
        return true;
    }

    private bool IsQuiet(WatchedRun run) => run.Files.All(file => _quiet.IsQuiet(file.Path));

    /// <param name="untold">Why the server does not tell which runs are the same; null: it was not asked, or will answer.</param>
    private void StartDue(RunFollower follower, ApiFailure? untold, RunCatalogue runs, CancellationToken stop, CancellationToken ct)
    {
        var now = _clock.Now;
        foreach (var run in runs.Runs.Values.Where(run => run.Standing == RunStanding.Quiet && !IsQuiet(run) || run.GoesOnAfterItsEnd))
            run.Reopen();
        foreach (var run in runs.Runs.Values.Where(run => run.IsLeft(options.IsLeft) && IsQuiet(run)))
            run.LetGo();
        foreach (var run in runs.Runs.Values)
            run.TurnToLonger();
        if (!Equals(_keyVersion, _keyVersion = http.Server.KeyVersion))
        {
            foreach (var run in runs.Runs.Values.Where(run => run.Standing == RunStanding.Refused))
                run.Reopen();
        }
        var open = runs.Runs.Values.Count(run => run.IsActive);
        foreach (var (key, run) in runs.Runs.Where(run => IsDue(run.Value, now)).ToList())
        {
            var isUnclear = runs.IsUnclear(key);
            if (isUnclear && untold is null)
                continue;
            if (open >= MaxOpen)
            {
                foreach (var quiet in runs.Runs.Values.Where(run => run.IsActive && IsQuiet(run)))
                    quiet.LetGo();
                return;
            }
            using var scope = reporter.BeginRun(key);
            Tell(runs.LookAgain(key, run), key);
            if (run.HasMissing)
                run.NotBefore = now + options.Live.Poll;
            else if (run.Files.Count > 0 && _locks.TryTake(run, now) is { } taken)
            {
                open++;
                if (isUnclear)
                    run.Start((files, _) => Task.FromResult(follower.Leave(key, files, untold!)), taken, stop);
                else
                    run.Start((files, ending) => follower.FollowAsync(run, key, files, ending, ct), taken, stop);
            }
        }
    }

    private static bool IsDue(WatchedRun run, DateTimeOffset now) =>
        !run.IsActive && run.Standing is not (RunStanding.Done or RunStanding.Quiet) && run.NotBefore <= now;

    private void Tell(IReadOnlyList<FileChange> changes, RunPath run)
    {
        foreach (var change in changes)
        {
            var path = change.File.Path;
            switch (change)
            {
                case FileChange.Moved moved:
                    reporter.Note(path, $"moved to {moved.To}: followed there");
                    _reports.Remove(path);
                    break;
                case FileChange.Replaced:
                    reporter.Note(path, "another file stands in its place now");
                    break;
                case FileChange.Removed removed:
                    Finish(RemovedRun.Report(run, removed.Was, _reports.GetValueOrDefault(path)));
                    break;
            }
        }
    }

    private void TellWaiting(SendingLine line)
    {
        if (line.Waiting > 0)
            reporter.Waiting("the line", $"{Units.Count(line.Waiting, "run")} with something to send behind --jobs {options.Sync.Jobs}", options.Live.Poll, 0);
    }

    private void Keep(IEnumerable<RunReport> reports)
    {
        foreach (var report in reports)
            _reports[report.File] = report;
    }

    private void Finish(RunReport report)
    {
        _reports[report.File] = report;
        reporter.Finished(report);
    }

    /// <summary>Told once, and once more at the end, with the numbers of then; it is what becomes of the file.</summary>
    private void TellSecondTrainers(RunCatalogue runs, bool isLast)
    {
        foreach (var (report, isNew) in runs.Runs.Values.SelectMany(run => run.Earlier.Look(isLast)))
        {
            _reports[report.File] = report;
            if (isNew)
                reporter.Finished(report);
        }
    }

    private void Add(PathProblem problem)
    {
        Problems = [.. Problems, problem];
        reporter.Problem(problem);
    }

    /// <summary>Runs whose turn never came are not on the server.</summary>
    private void KeepUntouched(RunCatalogue runs, bool isOver)
    {
        var nothingSent = options.RestIsSent && !isOver ? "its turn had not come when the end was asked for: it is sent now" : "stopped before anything was sent";
        foreach (var (key, run) in runs.Runs)
        {
            foreach (var file in run.Files.Where(file => !run.IsLeftOut(file) && !_reports.ContainsKey(file.Path)))
            {
                Finish(new RunReport
                {
                    File = file.Path,
                    Result = SyncResult.Incomplete,
                    Run = key,
                    IsWorthAnotherTry = true,
                    Message = run.Obstacle ?? (Problems is [var first, ..] ? first.Reason : nothingSent),
                });
            }
        }
    }
}
