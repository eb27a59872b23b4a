namespace Wandb.Operator.Reports;

/// <summary>How many reports a pod may send at once, and how fast that grows again.</summary>
/// <param name="Left">Reports that may come now.</param>
/// <param name="At">When <paramref name="Left"/> was right.</param>
internal readonly record struct ReportAllowance(double Left, DateTimeOffset At)
{
    /// <summary>An agent reports every 10 s and when a run changes its state; a script may begin and end runs quickly.</summary>
    public const int Most = 20;

    public static readonly TimeSpan Each = TimeSpan.FromSeconds(1);

    public static ReportAllowance Full(DateTimeOffset now) => new(Most, now);

    public bool IsFull(DateTimeOffset now) => Grown(now) >= Most;

    /// <returns>What is left after one report, and how long to wait for it: zero means that it may come.</returns>
    public (ReportAllowance Next, TimeSpan Wait) Take(DateTimeOffset now)
    {
        var left = Grown(now);
        return left >= 1 ? (new ReportAllowance(left - 1, now), TimeSpan.Zero) : (new ReportAllowance(left, now), (1 - left) * Each);
    }

    // A clock that was set back takes nothing away.
    private double Grown(DateTimeOffset now) => Math.Min(Most, Left + (Math.Max(0, (now - At).Ticks) / (double)Each.Ticks));
}
