using System.Text.Json;
using Wandb.Operator.Resources;
using Wandb.Operator.Statuses;

namespace Wandb.Operator.Runs;

/// <summary>Two statuses to their difference.</summary>
internal static class RunStatusChange
{
    /// <param name="before">As it was written, or as it came back; null: there is none.</param>
    /// <param name="after">As it should be.</param>
    public static StatusChange Between(WandbRunStatus? before, WandbRunStatus after)
    {
        if (before is null)
            return StatusChange.State;
        if (AreEqual(before, after))
            return StatusChange.None;
        return AreEqual(State(before), State(after)) ? StatusChange.Progress : StatusChange.State;
    }

    // As JSON: an API server writes 1.0 as 1, and absent is the same as null.
    private static bool AreEqual(WandbRunStatus one, WandbRunStatus other) =>
        JsonElement.DeepEquals(
            JsonSerializer.SerializeToElement(one, OperatorJson.Default.WandbRunStatus),
            JsonSerializer.SerializeToElement(other, OperatorJson.Default.WandbRunStatus));

    private static WandbRunStatus State(WandbRunStatus status) =>
        status with
        {
            Lag = null,
            Conditions = [.. (status.Conditions ?? []).Select(condition => condition with { Message = "" })],
            Counts = (status.Counts ?? new RunCounts()) with { RowsRead = null, RowsAcknowledged = null, RowsLost = null },
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
