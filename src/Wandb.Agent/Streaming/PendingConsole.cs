using System.Runtime.InteropServices;

namespace Wandb.Agent.Streaming;

/// <summary>Console lines that wait for a request, ascending by number; of a line that changed again, only its last text. Not thread-safe.</summary>
internal sealed class PendingConsole
{
    // What a backlog has left behind is given back.
    private const int CapacityKept = 256;

    private readonly List<ConsoleChange> _lines = [];

    public int Count => _lines.Count;

    public long Characters { get; private set; }

    /// <summary>Those that wait; valid until the next call.</summary>
    public ReadOnlySpan<ConsoleChange> Lines => CollectionsMarshal.AsSpan(_lines);

    public void Put(ConsoleChange change)
    {
        // Only the last rows of a terminal can change: the place is at the end or near it.
        var place = _lines.Count;
        while (place > 0 && _lines[place - 1].Line >= change.Line)
            place--;
        Characters += change.Text.Length;
        if (place == _lines.Count || _lines[place].Line != change.Line)
        {
            _lines.Insert(place, change);
            return;
        }
        Characters -= _lines[place].Text.Length;
        _lines[place] = change;
    }

    /// <summary>Forgets the first lines: they are in a body.</summary>
    public void Take(int count)
    {
        foreach (var line in Lines[..count])
            Characters -= line.Text.Length;
        _lines.RemoveRange(0, count);
        if (_lines.Count == 0 && _lines.Capacity > CapacityKept)
            _lines.Capacity = 0;
    }
}
