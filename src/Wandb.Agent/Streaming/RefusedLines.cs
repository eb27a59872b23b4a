namespace Wandb.Agent.Streaming;

/// <summary>The lines of one run that the server refused for good while this agent worked on it. Not thread-safe.</summary>
internal sealed class RefusedLines
{
    private readonly List<string> _reasons = [];

    public int Count { get; private set; }

    /// <summary>What there is now; see <see cref="Since"/>.</summary>
    public RefusedMark Mark => new(Count, _reasons.Count);

    /// <param name="reason">As it is kept; null when the line is only counted.</param>
    public void Add(string? reason)
    {
        Count++;
        if (reason is not null)
            _reasons.Add(reason);
    }

    /// <returns>How many came since, and the reasons that are kept of them.</returns>
    public (int Count, IEnumerable<string> Reasons) Since(RefusedMark mark) => (Count - mark.Count, _reasons.Skip(mark.Reasons));
}

/// <summary>A moment among <see cref="RefusedLines"/>.</summary>
internal readonly record struct RefusedMark(int Count, int Reasons);
