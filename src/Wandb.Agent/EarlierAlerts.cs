using Wandb.Agent.Checkpoints;
using Wandb.Agent.Receipts;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Streaming;

namespace Wandb.Agent;

/// <summary>
/// Whether an earlier agent has sent an alert of a run file, where no checkpoint tells it: the server cannot be asked for alerts. An alert is sent before the
/// rows behind it and before the run is closed.
/// </summary>
internal sealed class EarlierAlerts(RunContext context, RunHead head, RunPart part)
{
    private readonly Lazy<long?> _provedBytes = new(() => ProvedBytes(context, head, part));
    private readonly Lazy<bool> _hasExit = new(() => ExitRecord.StandsIn(head.Path));

    /// <param name="offset">Where the record of the alert begins.</param>
    /// <param name="history">Rows before it.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public bool HasSent(long offset, LineCounter history)
    {
        // What was sent by then stands before a checkpoint.
        if (part.Checkpoint is not null)
            return false;
        if (history.NextIsOnServer)
            return true;
        if (_provedBytes.Value is { } proved)
            return offset < proved;
        // The run may have been closed by another part, or before the file grew.
        var isThere = history.Next == history.OnServer && (history.Count > 0 || part.IsBegun is true);
        return part.IsFinishedOnServer && isThere && _hasExit.Value;
    }

    /// <returns>How far the file goes of which a receipt of this run is the proof; null without one.</returns>
    private static long? ProvedBytes(RunContext context, RunHead head, RunPart part)
    {
        var store = new ReceiptStore(new StateDirectory(head.Path, context.StateRoot), head.Path, context.Durable);
        return store.Load() is { } receipt && receipt.Server == context.Server.BaseUrl.AbsoluteUri && receipt.StorageId == part.OnServer?.StorageId && store.IsOfFile(receipt)
            ? receipt.RunFile.LengthBytes
            : null;
    }
}
