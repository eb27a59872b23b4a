namespace Wandb.Agent.State;

/// <summary>
/// The line numbers that both terminals share. Only the last 32 lines can change; older ones are handed out and forgotten, so the memory is bounded
/// as long as somebody takes the changes.
/// </summary>
internal sealed class ConsoleWindow
{
    public const int Rows = 32;

    private readonly List<ConsoleRow> rows = new(Rows + 1);
    private readonly List<ConsoleLine> finished = [];
    private readonly List<ConsoleLine> finishedChanges = [];

    public ConsoleWindow(long firstNumber) => FirstNumber = firstNumber;

    public ConsoleWindow(ConsoleScreenSnapshot snapshot)
    {
        FirstNumber = snapshot.FirstNumber;
        FinishedBytes = snapshot.FinishedBytes;
        finished.AddRange(snapshot.Finished);
        finishedChanges.AddRange(snapshot.FinishedChanges);
        foreach (var row in snapshot.Rows)
        {
            var restored = new ConsoleRow(row.IsError, row.Time, row.Label, row.IsFinished ? row.Text : null);
            var column = 0;
            foreach (var rune in (row.IsFinished ? "" : row.Text).EnumerateRunes())
            {
                restored.Put(column++, rune.Value);
            }

            restored.IsChanged = row.IsChanged;
            rows.Add(restored);
        }
    }

    /// <summary>Number of the first line that may still change: all before it are final.</summary>
    public long FirstNumber { get; private set; }

    public long NextNumber => FirstNumber + rows.Count;

    /// <summary>Size that the final lines have in output.log.</summary>
    public long FinishedBytes { get; private set; }

    public IEnumerable<ConsoleLine> Editable => rows.Select((row, index) => row.ToLine(FirstNumber + index));

    /// <returns>The number of the new line.</returns>
    public long Allocate(ConsoleRow row)
    {
        rows.Add(row);
        if (rows.Count > Rows)
        {
            Finish(rows[0]);
            rows.RemoveAt(0);
            FirstNumber++;
        }

        return NextNumber - 1;
    }

    /// <summary>The row of that number; null when it cannot change any more.</summary>
    public ConsoleRow? Find(long number) => number >= FirstNumber ? rows[(int)(number - FirstNumber)] : null;

    public ConsoleChanges TakeChanges()
    {
        var changed = new List<ConsoleLine>(finishedChanges);
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].IsChanged)
            {
                rows[i].IsChanged = false;
                changed.Add(rows[i].ToLine(FirstNumber + i));
            }
        }

        var changes = new ConsoleChanges(changed, [.. finished]);
        finished.Clear();
        finishedChanges.Clear();
        return changes;
    }

    public ConsoleScreenSnapshot ToSnapshot(ConsoleTerminalSnapshot output, ConsoleTerminalSnapshot error, DateTimeOffset lastTime) => new()
    {
        FirstNumber = FirstNumber,
        FinishedBytes = FinishedBytes,
        Rows = [.. rows.Select(row => new ConsoleRowSnapshot(row.ToLine(0).Content, row.FinishedText is not null, row.IsError, row.Time, row.Label, row.IsChanged))],
        Finished = [.. finished],
        FinishedChanges = [.. finishedChanges],
        Output = output,
        Error = error,
        LastTime = lastTime,
    };

    private void Finish(ConsoleRow row)
    {
        var line = row.ToLine(FirstNumber);
        finished.Add(line);
        FinishedBytes += ConsoleLineText.ContentBytes(line);
        if (row.IsChanged)
        {
            finishedChanges.Add(line);
        }
    }
}
