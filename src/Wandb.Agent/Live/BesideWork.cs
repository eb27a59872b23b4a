using Wandb.Agent.Cleanup;
using Wandb.Agent.Locks;
using Wandb.Agent.Reporting;

namespace Wandb.Agent.Live;

/// <summary>What goes on beside the following of runs: reading along with online runs, and removing directories when that was asked for.</summary>
internal sealed class BesideWork(
    WatchOptions options, string server, SyncEnvironment environment, LockOwner self, ISyncObserver observer, TimeProvider time)
{
    private readonly OnlineRuns _online = new(options.Sync, observer, time);
    private readonly RunCleanup? _cleanup = options.DeleteAfter is { } age ? new RunCleanup(age, server, environment, self, observer, time) : null;

    public void StartDue(RunCatalogue runs, RunDirectoryScan scan, CancellationToken ct)
    {
        _online.StartLook(runs.Online, scan.Settle, ct);
        _cleanup?.StartDue(runs.Finished(), ct);
    }

    /// <summary>Does once more what is due, and waits for it.</summary>
    /// <param name="ct">Cancelled: only what is under way comes to its end.</param>
    public async Task EndAsync(RunCatalogue runs, RunDirectoryScan scan, CancellationToken ct)
    {
        await _online.SettleAsync();
        await (_cleanup?.SettleAsync() ?? Task.CompletedTask);
        if (!ct.IsCancellationRequested)
            StartDue(runs, scan, ct);
        await _online.SettleAsync();
        await (_cleanup?.SettleAsync() ?? Task.CompletedTask);
    }
}
