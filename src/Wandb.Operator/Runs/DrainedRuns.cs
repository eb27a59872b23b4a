using Wandb.Contract;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>What a pod tells that uploads what others have left on a claim. Each of those has a directory of its own there, named as the pod.</summary>
internal static class DrainedRuns
{
    /// <param name="isKnown">Whether the pod of a name has a run of an id for this WandbRun: on the claim, others may have theirs.</param>
    /// <returns>Entries of the pods that wrote the runs.</returns>
    public static IEnumerable<RunEntry> Of(PodReport report, Func<string, string, bool> isKnown) =>
        report.Report.Runs
            .Select(run => (Run: run, Writer: run.File.Split('/').FirstOrDefault(folder => isKnown(run.Id, folder))))
            .Where(file => file.Writer is not null)
            .GroupBy(file => (file.Run.Id, file.Writer))
            .Select(files => RunEntries.Entry(report, [], files.Select(file => file.Run)) with { Pod = files.Key.Writer! });

    /// <summary>What the pod itself has told stays, but for how far its run has come to the server.</summary>
    /// <param name="known">Of the pod that wrote the run.</param>
    public static RunEntry After(RunEntry known, RunEntry drained)
    {
        var rows = Math.Max(known.RowsRead ?? 0, drained.RowsRead ?? 0);
        var acknowledged = Math.Max(known.RowsAcknowledged ?? 0, drained.RowsAcknowledged ?? 0);
        return known with
        {
            State = drained.State,
            Name = known.Name ?? drained.Name,
            Url = drained.Url ?? known.Url,
            Entity = drained.Entity ?? known.Entity,
            Project = drained.Project ?? known.Project,
            ExitCode = known.ExitCode ?? drained.ExitCode,
            ExitReason = known.ExitReason ?? drained.ExitReason,
            ReportedAt = drained.ReportedAt,
            LastStep = drained.LastStep ?? known.LastStep,
            RowsRead = rows,
            RowsAcknowledged = RunStates.Is(drained.State, ReportedRunState.Synced) ? rows : acknowledged,
            // Its volume was thought to be gone with what had not been sent.
            RowsLost = RunStates.Is(known.State, ReportedRunState.Lost) ? drained.RowsLost : Math.Max(known.RowsLost ?? 0, drained.RowsLost ?? 0),
            Bytes = Math.Max(known.Bytes ?? 0, drained.Bytes ?? 0),
            Files = Math.Max(known.Files ?? 0, drained.Files ?? 0),
            Artifacts = Math.Max(known.Artifacts ?? 0, drained.Artifacts ?? 0),
            StorageKept = true,
            ReceiptDigest = drained.ReceiptDigest ?? known.ReceiptDigest,
            Message = drained.Message,
        };
    }
}
