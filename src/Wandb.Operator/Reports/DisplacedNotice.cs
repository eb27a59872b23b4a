namespace Wandb.Operator.Reports;

/// <summary>When it is worth a line in the log that pods have given way (<see cref="ReportStore.Displaced"/>). Safe for concurrent use.</summary>
internal sealed class DisplacedNotice
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // Guards both.
    private readonly Lock _gate = new();
    private long _told;
    private DateTimeOffset? _at;

    /// <param name="displaced">So far.</param>
    /// <returns>Pods to tell of now; 0: none.</returns>
    public long Due(long displaced, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (displaced == _told || now - _at < Interval)
                return 0;
            var news = displaced - _told;
            (_told, _at) = (displaced, now);
            return news;
        }
    }
}
