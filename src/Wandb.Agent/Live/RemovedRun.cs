using Wandb.Agent.Http;
using Wandb.Agent.Reporting;

namespace Wandb.Agent.Live;

/// <summary>What is to be said of a run whose directory went away before all of it was on the server.</summary>
internal static class RemovedRun
{
    /// <param name="was">As it was when it was looked at last.</param>
    /// <param name="last">The last report of the file; null when nothing of it was ever sent.</param>
    public static RunReport Report(RunPath run, WatchedFile was, RunReport? last)
    {
        var report = last ?? new RunReport { File = was.Path, Result = SyncResult.Incomplete, Run = run };
        // Following ended with all of what was read on the server; any other end leaves that open.
        var words = last switch
        {
            null => $"nothing of it was sent, its {Units.Bytes(was.Length)} are lost",
            { IsReplaced: true } => $"{Units.Count(last.HistoryLines, "row")} ({Units.Bytes(last.FileBytes)}) that were read are on the server, "
                + $"{Units.Bytes(Math.Max(0, was.Length - last.FileBytes))} were not read any more; its exit, and files and artifacts that were not uploaded yet, are lost",
            _ => $"what was not acknowledged of its {Units.Bytes(Math.Max(was.Length, last.FileBytes))} is lost: {last.Message}",
        };
        return report with { Result = SyncResult.Incomplete, IsWorthAnotherTry = false, IsReplaced = false, Message = $"the run directory was removed: {words}" };
    }
}
