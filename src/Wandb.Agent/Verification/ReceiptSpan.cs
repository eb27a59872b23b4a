using Wandb.Agent.Receipts;

namespace Wandb.Agent.Verification;

/// <summary>Where the lines of the given run files stand on the server, by their receipts.</summary>
/// <param name="First">Server line number of the first one.</param>
/// <param name="End">Server line number behind the last one.</param>
internal readonly record struct ReceiptSpan(long First, long End)
{
    /// <param name="parts">In the order of their start: lines by now and the receipt's stream, for each run file.</param>
    /// <returns>Null when none of them has a receipt.</returns>
    public static ReceiptSpan? Of(IReadOnlyList<(long Lines, ReceiptStream? Receipt)> parts)
    {
        long? first = null;
        long end = 0;
        long before = 0;
        foreach (var (lines, receipt) in parts)
        {
            // A part without a receipt follows the one before it.
            end = receipt is null ? end + lines : receipt.FirstLine + lines;
            if (receipt is not null)
                first ??= receipt.FirstLine - before;
            before += lines;
        }
        return first is { } start ? new ReceiptSpan(start, end) : null;
    }
}
