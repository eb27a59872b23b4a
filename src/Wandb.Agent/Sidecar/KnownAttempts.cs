namespace Wandb.Agent.Sidecar;

/// <summary>
/// The attempt that each run belongs to. A container that is restarted begins another attempt with runs of its own: those whose instance has
/// ended stay what they were. Thread-safe.
/// </summary>
internal sealed class KnownAttempts
{
    // Guards _byFile.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _byFile = new(StringComparer.Ordinal);

    /// <param name="file">The run file.</param>
    /// <param name="now">As the operator tells it now; null: it has not told yet.</param>
    /// <param name="isOver">The instance of the container that wrote the run has ended.</param>
    public int? Of(string file, int? now, bool isOver)
    {
        lock (_gate)
        {
            if (isOver && _byFile.TryGetValue(file, out var known))
                return known;
            if (now is { } attempt)
                _byFile[file] = attempt;
            return now;
        }
    }
}
