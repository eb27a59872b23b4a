using System.Diagnostics.CodeAnalysis;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Records;
using Wandb.Agent.State;

namespace Wandb.Agent.Checkpoints;

/// <summary>Decides whether a checkpoint may be believed.</summary>
internal static class CheckpointTruth
{
    /// <summary>One server says nothing about another, and a run that was deleted and made again is another one; that is no mistake of the checkpoint.</summary>
    public static bool IsOf(Checkpoint checkpoint, string server, RunResumeState run) =>
        string.Equals(checkpoint.Server, server, StringComparison.Ordinal) && string.Equals(checkpoint.StorageId, run.StorageId, StringComparison.Ordinal);

    /// <param name="start">First bytes of the run file, as many as a proof may cover.</param>
    /// <param name="length">Bytes of the run file.</param>
    /// <param name="run">What the server has.</param>
    /// <returns>Why it is not true, put behind "is"; null when it may be.</returns>
    public static string? Problem(Checkpoint checkpoint, ReadOnlySpan<byte> start, long length, RunResumeState run)
    {
        if (!checkpoint.Proof.Matches(start))
            return "of another file than stands there now";
        if (checkpoint.Offset > length)
            return $"of a longer file: it ends at byte {checkpoint.Offset}, the file at byte {length}";
        if (checkpoint.History.Next > run.HistoryLines)
            return $"ahead of the server: it claims {checkpoint.History.Next} rows, the server has {run.HistoryLines}";
        return CanBeRestored(checkpoint) ? null : StoredCheckpoint.Damaged;
    }

    /// <summary>A damaged one of an earlier agent has no checksum; that it can be read as JSON does not mean that a state can be made of it.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "What a damaged file makes of the state is not to be foreseen; the server is asked instead.")]
    private static bool CanBeRestored(Checkpoint checkpoint)
    {
        try
        {
            RunState.FromSnapshot(checkpoint.State, RunOverrides.None);
            if (checkpoint.ConsoleDue?.Screen is { } screen)
                ConsoleScreen.FromSnapshot(screen);
            RecordLedger.Restore(checkpoint.Ledger, checkpoint.Offset);
            return checkpoint.Offset >= 0;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
