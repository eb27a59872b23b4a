using Wandb.Agent.GraphQL;

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
        return checkpoint.History.Next > run.HistoryLines
            ? $"ahead of the server: it claims {checkpoint.History.Next} rows, the server has {run.HistoryLines}"
            : null;
    }
}
