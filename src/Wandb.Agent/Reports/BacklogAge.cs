namespace Wandb.Agent.Reports;

/// <summary>
/// Since when the oldest unacknowledged bytes of a file are known: remembers how long the file was at which times. Times lie on a clock that
/// never jumps. Not thread-safe.
/// </summary>
internal sealed class BacklogAge
{
    private const int MaxMarks = 32;

    // Bytes before End, and behind the mark before it, were seen first at SeenAt.
    private readonly List<(long End, TimeSpan SeenAt)> _marks = [];
    private long _acknowledged;

    /// <param name="seenAt">When the file was that long at the latest.</param>
    public void Seen(long length, TimeSpan seenAt)
    {
        if (length <= Math.Max(_acknowledged, _marks.Count > 0 ? _marks[^1].End : 0))
            return;
        if (_marks.Count == MaxMarks)
            MergeNearest();
        _marks.Add((length, seenAt));
    }

    /// <summary>The server has everything before this; a smaller number than before means that the file was begun anew.</summary>
    public void Acknowledged(long bytes)
    {
        _acknowledged = bytes;
        _marks.RemoveAll(mark => mark.End <= bytes);
    }

    /// <returns>Zero without a backlog.</returns>
    public TimeSpan Age(TimeSpan now) => _marks.Count > 0 && now > _marks[0].SeenAt ? now - _marks[0].SeenAt : TimeSpan.Zero;

    /// <summary>
    /// Days of darkness must not cost memory: the two neighbours go together that are nearest in time. The age of both is that of the older one.
    /// </summary>
    private void MergeNearest()
    {
        var nearest = 0;
        for (var i = 1; i + 1 < _marks.Count; i++)
        {
            if (_marks[i + 1].SeenAt - _marks[i].SeenAt < _marks[nearest + 1].SeenAt - _marks[nearest].SeenAt)
                nearest = i;
        }
        _marks[nearest] = (_marks[nearest + 1].End, _marks[nearest].SeenAt);
        _marks.RemoveAt(nearest + 1);
    }
}
