using System.Text;

namespace Wandb.Agent.State;

/// <summary>
/// One stream as a terminal of 32 rows shows it. Understood are \r, \n, ESC[A and ESC[B; everything else, colours too, is text. A row gets its line
/// when its first character is printed; rows above it that have none get empty ones then.
/// </summary>
internal sealed class ConsoleTerminal
{
    private const byte EscapeByte = 0x1b;

    private readonly ConsoleWindow window;
    private readonly bool isError;
    private readonly List<long> view;
    private int row;
    private int column;

    /// <summary>How much of an escape sequence has been read: 0, 1 (ESC) or 2 (ESC[).</summary>
    private int escape;

    public ConsoleTerminal(ConsoleWindow window, bool isError)
        : this(window, isError, ConsoleTerminalSnapshot.Empty)
    {
    }

    public ConsoleTerminal(ConsoleWindow window, bool isError, ConsoleTerminalSnapshot snapshot)
    {
        this.window = window;
        this.isError = isError;
        view = [.. snapshot.View];
        row = snapshot.Row;
        column = snapshot.Column;
        escape = snapshot.Escape;
    }

    /// <param name="utf8">Any piece of the stream; sequences may go on in the next one. Invalid bytes become U+FFFD.</param>
    public void Write(ReadOnlySpan<byte> utf8, DateTimeOffset time, string? label)
    {
        while (!utf8.IsEmpty)
        {
            if (escape == 0)
            {
                // Most of the text by far: printable ASCII.
                var other = utf8.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e);
                var run = utf8[..(other < 0 ? utf8.Length : other)];
                if (!run.IsEmpty)
                {
                    Print(run, time, label);
                    utf8 = utf8[run.Length..];
                    continue;
                }
            }

            Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            utf8 = utf8[consumed..];
            Take(rune.Value, time, label);
        }
    }

    public ConsoleTerminalSnapshot ToSnapshot() => new([.. view], row, column, escape);

    private void Take(int character, DateTimeOffset time, string? label)
    {
        switch (escape, character)
        {
            case (0, EscapeByte):
                escape = 1;
                return;
            case (1, '['):
                escape = 2;
                return;
            case (2, 'A'):
                escape = 0;
                row = Math.Max(0, row - 1);
                return;
            case (2, 'B'):
                escape = 0;
                MoveDown();
                return;
            default:
                break;
        }

        if (escape > 0)
        {
            Print("\e["u8[..escape], time, label);
            escape = 0;
        }

        switch (character)
        {
            case '\r':
                column = 0;
                break;
            case '\n':
                column = 0;
                MoveDown();
                break;
            default:
                Print(character, time, label);
                break;
        }
    }

    private void MoveDown()
    {
        row++;
        if (row < ConsoleWindow.Rows)
        {
            return;
        }

        if (view.Count > 0)
        {
            view.RemoveAt(0);
        }

        row--;
    }

    private void Print(ReadOnlySpan<byte> ascii, DateTimeOffset time, string? label)
    {
        var line = Line(time, label);
        foreach (var character in ascii)
        {
            line?.Put(column, character);
            Advance();
        }
    }

    private void Print(int character, DateTimeOffset time, string? label)
    {
        Line(time, label)?.Put(column, character);
        Advance();
    }

    // Behind the longest row nothing is kept, so where exactly the cursor stands there does not matter.
    private void Advance() => column = Math.Min(column + 1, ConsoleRow.MaxCharacters);

    private ConsoleRow? Line(DateTimeOffset time, string? label)
    {
        while (row >= view.Count)
        {
            view.Add(window.Allocate(new ConsoleRow(isError, time, label, finishedText: null)));
        }

        return window.Find(view[row]);
    }
}
