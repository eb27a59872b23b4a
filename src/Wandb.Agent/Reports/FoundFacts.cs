using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;

namespace Wandb.Agent.Reports;

/// <summary>What the beginning of a run file tells, before anybody works on it.</summary>
internal static class FoundFacts
{
    /// <param name="run">What the run is called on the server.</param>
    /// <param name="phase">As in <see cref="RunFacts.Phase"/>.</param>
    /// <param name="kept">What the server has already.</param>
    public static RunFacts Of(RunHead head, RunPath run, string phase, RunFileCount kept) => new()
    {
        File = head.Path,
        Run = run,
        Phase = phase,
        RowsRead = kept.Rows,
        RowsAcknowledged = kept.Rows,
        RecordsRead = kept.Records,
        RecordsAcknowledged = kept.Records,
        RecordsLost = kept.RecordsLost,
        BytesRead = kept.Bytes,
        BytesWhole = kept.Bytes,
        BytesAcknowledged = kept.Bytes,
        DisplayName = head.Run?.DisplayName,
        Group = head.Run?.RunGroup,
        JobType = head.Run?.JobType,
        StartedAt = RecordTime.ToTime(head.Run?.StartTime),
    };
}
