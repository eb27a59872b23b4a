using Wandb.Agent.Commands;
using Wandb.Agent.Live;
using Wandb.Agent.Reporting;

namespace Wandb.Agent.Sidecar;

/// <summary>Looks at runs that somebody else uploads, or that nobody shall: what they are called, what is in their files, how they ended.</summary>
internal sealed class SidecarObservation(SidecarSettings settings, SyncOptions sync, ISyncReporter reporter, CommandContext context)
{
    /// <param name="stopping">The writers have ended, or are about to: what they left is looked at once more.</param>
    /// <param name="over">Ends at once.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken over)
    {
        using var notices = new DirectoryNotices(context.Time);
        var scan = RunDirectoryScan.For(settings.Roots, notices, reporter, context.Sync, context.Time);
        var runs = new OnlineRuns(sync, reporter, context.Time);
        while (!stopping.IsCancellationRequested)
        {
            StartLook(runs, scan, over);
            await notices.WaitAsync(context.Sync.Live.Poll, stopping);
        }
        // The look that is under way may have begun before the last row was written.
        await runs.SettleAsync();
        StartLook(runs, scan, over);
        await runs.SettleAsync();
    }

    private static void StartLook(OnlineRuns runs, RunDirectoryScan scan, CancellationToken over)
    {
        var found = scan.Find();
        runs.StartLook([.. found.Offline, .. found.Online], scan.Settle, over);
    }
}
