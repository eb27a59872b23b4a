namespace Wandb.Agent.Reporting;

/// <summary>
/// Writes whole lines from any thread. A reader that is slow slows the caller down; one that has gone (a full disk, a closed pipe)
/// ends the output and nothing else: the sync goes on, and its result is in the receipts.
/// </summary>
internal sealed class LineOutput(TextWriter writer)
{
    // Guards the writer and _failed.
    private readonly Lock _gate = new();
    private bool _failed;

    public void Write(params IEnumerable<string> lines) => WriteText(string.Concat(lines.Select(line => line + "\n")));

    /// <param name="text">With its line ends.</param>
    public void WriteText(string text)
    {
        lock (_gate)
        {
            if (_failed || text.Length == 0)
                return;
            try
            {
                writer.Write(text);
                writer.Flush();
            }
            // A descriptor that was closed before the start is told as access denied.
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                _failed = true;
            }
        }
    }
}
