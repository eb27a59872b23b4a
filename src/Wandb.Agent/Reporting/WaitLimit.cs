namespace Wandb.Agent.Reporting;

/// <summary>
/// Lets at most one line through in <see cref="Interval"/> for each subject, so that hours without a network do not fill a log. Thread-safe.
/// </summary>
internal sealed class WaitLimit(TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    // Guards _last. Subjects are requests by name: a few per run.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);

    public bool Allows(string subject)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (_last.TryGetValue(subject, out var last) && time.GetElapsedTime(last, now) < Interval)
                return false;
            _last[subject] = now;
            return true;
        }
    }
}
