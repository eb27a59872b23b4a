using Wandb.Agent.Commands;
using Wandb.Agent.Http;
using Wandb.Agent.Live;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Sidecar;

/// <summary>
/// Sends runs: 1 follows them until the end (or waits for it), 2 then sends what is left, also runs whose turn never came. After a signal
/// there is one try for the rest; without one, as many as it takes, unless the server goes on refusing all of it.
/// </summary>
/// <param name="isLeft">Whether another pod wrote a run file.</param>
internal sealed class SidecarWork(
    WandbHttp http, SidecarSettings settings, SyncOptions sync, Func<string, bool> isLeft, ISyncReporter reporter, CommandContext context)
{
    /// <summary>Directories that could not be read at the last look: what is in them is not sent.</summary>
    public IReadOnlyList<PathProblem> Problems { get; private set; } = [];

    /// <returns>The last report of each file.</returns>
    public async Task<IReadOnlyList<RunReport>> RunAsync(SidecarEnd end)
    {
        var reports = new Dictionary<string, RunReport>(StringComparer.Ordinal);
        // 1
        if (settings.Policy == SyncPolicy.AtExit)
            await LookUntilAsync(end.Stopping);
        else
            Keep(reports, await FollowAsync(end));
        // 2
        var refused = new RefusedRest();
        while (Rest(reports) is { Count: > 0 } rest && !end.Over.IsCancellationRequested)
        {
            var keyVersion = http.Server.KeyVersion;
            var session = new SyncSession(http, sync, reporter, context.Time, context.Sync);
            Keep(reports, await session.RunAsync(rest, end.Over));
            if (end.IsSignalled || Rest(reports) is not { Count: > 0 } left || refused.IsFinal(left, reports))
                break;
            await PauseAsync(keyVersion, end);
            if (!Equals(keyVersion, http.Server.KeyVersion))
                refused.Forget();
        }
        foreach (var problem in Problems)
            reporter.Problem(problem);
        return [.. reports.Values];
    }

    private async Task<IReadOnlyList<RunReport>> FollowAsync(SidecarEnd end)
    {
        var options = new WatchOptions { Sync = sync, Live = context.Sync.Live, DeleteAfter = settings.DeleteAfter, RestIsSent = true, IsLeft = isLeft };
        var session = new WatchSession(http, options, reporter, context.Time, context.Sync);
        return await session.RunAsync(settings.Roots, end.Stopping, end.Over);
    }

    private IReadOnlyList<string> Rest(Dictionary<string, RunReport> reports)
    {
        using var notices = new DirectoryNotices(context.Time);
        var scan = RunDirectoryScan.For(settings.Roots, notices, reporter, context.Sync, context.Time);
        var found = scan.Find();
        Problems = scan.Unreadable;
        return RestOfRuns.Of(found.Offline, file => File.Exists(RestOfRuns.MarkerOf(file)), reports);
    }

    private static void Keep(Dictionary<string, RunReport> reports, IReadOnlyList<RunReport> more)
    {
        foreach (var report in more.Where(report => report.Result != SyncResult.Skipped || !reports.ContainsKey(report.File)))
            reports[report.File] = report;
    }

    /// <summary>Nothing is sent yet; which runs there are is told all the same.</summary>
    private async Task LookUntilAsync(CancellationToken stopping)
    {
        using var notices = new DirectoryNotices(context.Time);
        var scan = RunDirectoryScan.For(settings.Roots, notices, reporter, context.Sync, context.Time);
        var runs = new RunCatalogue(scan, sync, context.Sync.Live, reporter, context.Sync, context.Time);
        while (!stopping.IsCancellationRequested)
        {
            runs.Look();
            await notices.WaitAsync(context.Sync.Live.Poll, stopping);
        }
    }

    /// <summary>Until the next try, or until a signal ends it all.</summary>
    private async Task PauseAsync(object? keyVersion, SidecarEnd end)
    {
        try
        {
            await RetryPause.WaitAsync(http.Server, keyVersion, context.Sync.Live.RetryDelay, context.Sync.Live.Poll, context.Time, end.Over);
        }
        catch (OperationCanceledException) when (end.Over.IsCancellationRequested)
        {
            // The loop sees it.
        }
    }
}
