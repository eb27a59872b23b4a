using Wandb.Operator.Resources;
using Wandb.Operator.Statuses;

namespace Wandb.Operator.Runs;

/// <summary>The status of a WandbRun: how runs, groups and conditions stand is waited for, figures are not.</summary>
internal static class RunStatusKind
{
    public static StatusKind<WandbRun, WandbRunStatus> Value { get; } = new()
    {
        Kind = WandbRun.KindName,
        Plural = ResourceNames.Runs,
        Metadata = static run => run.Metadata,
        Status = static run => run.Status,
        State = State,
        Type = OperatorJson.Default.WandbRunStatus,
    };

    private static WandbRunStatus State(WandbRunStatus status) =>
        status with
        {
            Lag = null,
            Conditions = [.. (status.Conditions ?? []).Select(condition => condition with { Message = "" })],
            // What has failed for good is another number when runs stand otherwise; where an earlier version did not say it, nobody waits for it.
            Counts = (status.Counts ?? new RunCounts()) with { FailedForGood = null, RowsRead = null, RowsAcknowledged = null, RowsLost = null },
            Runs = [.. (status.Runs ?? []).Select(State)],
            Missed = [.. (status.Missed ?? []).Select(entry => new MissedEntry { Pod = entry.Pod, Reason = entry.Reason })],
        };

    private static RunEntry State(RunEntry entry) =>
        new()
        {
            Id = entry.Id,
            Pod = entry.Pod,
            PodUid = entry.PodUid,
            Url = entry.Url,
            Attempt = entry.Attempt,
            State = entry.State,
            ExitCode = entry.ExitCode,
            ExitReason = entry.ExitReason,
            ReceiptDigest = entry.ReceiptDigest,
        };
}
