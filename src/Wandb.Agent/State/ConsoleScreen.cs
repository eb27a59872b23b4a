using System.Text;

namespace Wandb.Agent.State;

/// <summary>
/// The console of a run: stdout and stderr as two terminals over one sequence of lines, and lines that come finished between them, as SDK 0.28.2
/// makes them. Times are those of the records, not of the sync. Not for two threads.
/// </summary>
internal sealed class ConsoleScreen
{
    private readonly ConsoleWindow window;
    private readonly ConsoleTerminal output;
    private readonly ConsoleTerminal error;
    private DateTimeOffset lastTime;

    /// <param name="runStart">Time of lines that come before any record has named one.</param>
    /// <param name="firstNumber">Number of the first line; more than 0 where an earlier part of the run has lines already.</param>
    public ConsoleScreen(DateTimeOffset runStart, long firstNumber = 0)
    {
        window = new ConsoleWindow(firstNumber);
        output = new ConsoleTerminal(window, isError: false);
        error = new ConsoleTerminal(window, isError: true);
        lastTime = runStart;
    }

    private ConsoleScreen(ConsoleScreenSnapshot snapshot)
    {
        window = new ConsoleWindow(snapshot);
        output = new ConsoleTerminal(window, isError: false, snapshot.Output);
        error = new ConsoleTerminal(window, isError: true, snapshot.Error);
        lastTime = snapshot.LastTime;
    }

    /// <summary>Number that the next new line will get.</summary>
    public long NextNumber => window.NextNumber;

    /// <summary>Number of the first line that may still change.</summary>
    public long FirstEditableNumber => window.FirstNumber;

    /// <summary>Bytes that all final lines of this screen have in output.log.</summary>
    public long FinishedBytes => window.FinishedBytes;

    /// <summary>The lines that may still change, ascending: with all finished ones before them they are output.log.</summary>
    public IEnumerable<ConsoleLine> EditableLines => window.Editable;

    /// <summary>Takes a piece of a stream as the program wrote it (output_raw records).</summary>
    /// <param name="time">Null: as the record before.</param>
    public void Write(bool isError, ReadOnlySpan<byte> utf8, DateTimeOffset? time, string? label = null) =>
        (isError ? error : output).Write(utf8, Seen(time), label);

    /// <summary>
    /// Takes lines that are finished: output records of console="redirect", whose terminal the SDK has emulated, and output_logger records.
    /// A line feed at the end ends the last line; empty text has no line.
    /// </summary>
    /// <param name="time">Null: as the record before.</param>
    public void AppendLines(bool isError, ReadOnlySpan<byte> utf8, DateTimeOffset? time, string? label = null)
    {
        var seen = Seen(time);
        while (!utf8.IsEmpty)
        {
            var end = utf8.IndexOf((byte)'\n');
            var line = end < 0 ? utf8 : utf8[..end];
            window.Allocate(new ConsoleRow(isError, seen, label, Encoding.UTF8.GetString(line)));
            utf8 = end < 0 ? default : utf8[(end + 1)..];
        }
    }

    /// <summary>What is new since the last call. Memory is bounded only if this is called again and again.</summary>
    public ConsoleChanges TakeChanges() => window.TakeChanges();

    public ConsoleScreenSnapshot ToSnapshot() => window.ToSnapshot(output.ToSnapshot(), error.ToSnapshot(), lastTime);

    public static ConsoleScreen FromSnapshot(ConsoleScreenSnapshot snapshot) => new(snapshot);

    private DateTimeOffset Seen(DateTimeOffset? time) => lastTime = time ?? lastTime;
}
