namespace Wandb.Sandbox.Backend;

/// <summary>The requests so far; the first 50,000 of them, as a server may run for weeks. Thread-safe.</summary>
internal sealed class RequestTrace
{
    private const int MaxEntries = 50_000;
    private readonly Lock gate = new(); // guards entries and count
    private readonly List<TraceEntry> entries = [];
    private int count;

    /// <summary>Adds what <paramref name="entry"/> makes of its number.</summary>
    public void Add(Func<int, TraceEntry> entry)
    {
        lock (gate)
        {
            count++;
            if (entries.Count < MaxEntries)
            {
                entries.Add(entry(count));
            }
        }
    }

    public IReadOnlyList<TraceEntry> Snapshot()
    {
        lock (gate)
        {
            return [.. entries];
        }
    }
}
