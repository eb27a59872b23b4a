namespace Wandb.Agent.Reports;

/// <summary>When the next report is due: regularly, and soon after a change, but never twice within <see cref="MinInterval"/>.</summary>
/// <param name="Interval">Between two reports when nothing changes.</param>
/// <param name="MinInterval">Between any two; changes within it go together.</param>
internal sealed record ReportPace(TimeSpan Interval, TimeSpan MinInterval)
{
    public static readonly ReportPace Operator = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));

    public static readonly ReportPace StatusFile = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1));

    /// <param name="sinceLast">Since the last one; null before the first.</param>
    /// <returns>How long to wait; zero: now.</returns>
    public TimeSpan Due(TimeSpan? sinceLast, bool hasChanged)
    {
        if (sinceLast is not { } since)
            return TimeSpan.Zero;
        var rest = (hasChanged ? MinInterval : Interval) - since;
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }
}
