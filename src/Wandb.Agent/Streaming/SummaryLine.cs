using Wandb.Agent.Receipts;
using Wandb.Agent.State;

namespace Wandb.Agent.Streaming;

/// <summary>The summary as a line of the file stream.</summary>
internal sealed class SummaryLine(SummaryState summary, Quarantine quarantine)
{
    private long _taken;

    /// <summary>Whether it is another one than that of the last <see cref="TakeChanged"/>.</summary>
    public bool HasChanged => summary.Version != _taken;

    /// <returns>As it is now; empty when it is too long: only the last one is set aside for that.</returns>
    public ReadOnlySpan<byte> TakeChanged()
    {
        _taken = summary.Version;
        var line = Write();
        return line.Length <= StreamFiles.MaxLineBytes ? line.WrittenSpan : [];
    }

    /// <summary>For the last request.</summary>
    /// <returns>Empty when there is nothing to send.</returns>
    public ReadOnlySpan<byte> Last()
    {
        if (summary.Version == 0)
            return [];
        var line = Write();
        if (line.Length <= StreamFiles.MaxLineBytes)
            return line.WrittenSpan;
        quarantine.Add("summary", $"a summary of {line.Length} bytes, over the limit of {StreamFiles.MaxLineBytes}", line.WrittenSpan);
        return [];
    }

    private LineBuffer Write()
    {
        var line = new LineBuffer((int)Math.Min(Array.MaxLength, 1024 + summary.LongBytes));
        summary.WriteTo(line);
        return line;
    }
}
