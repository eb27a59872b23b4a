namespace Wandb.Agent.Inspection;

/// <summary>Counts everything and keeps the first <paramref name="max"/>, so that a summary does not grow with the file.</summary>
internal sealed class BoundedList<T>(int max)
{
    private readonly List<T> _first = [];

    public long Count { get; private set; }

    public IReadOnlyList<T> First => _first;

    public void Add(T item)
    {
        Count++;
        if (_first.Count < max)
            _first.Add(item);
    }
}
