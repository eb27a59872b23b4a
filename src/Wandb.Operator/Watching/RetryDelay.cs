namespace Wandb.Operator.Watching;

/// <summary>How long to wait after a failure.</summary>
/// <param name="First">After the first failure; doubles with each further one.</param>
/// <param name="Longest">Waits grow to this and no further.</param>
internal readonly record struct RetryDelay(TimeSpan First, TimeSpan Longest)
{
    // A server that names a longer wait than this is not believed: it is asked once in so long.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);

    /// <summary>Short at first: until a watch is back, the caches are old.</summary>
    public static RetryDelay Watch => new(TimeSpan.FromMilliseconds(800), TimeSpan.FromSeconds(30));

    public static RetryDelay Reconcile => new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    /// <param name="attempt">Failures in a row, from 1.</param>
    /// <param name="jitter">At least 0, below 1: takes away up to half of the wait, so that many clients do not come back at one moment.</param>
    /// <param name="retryAfter">What the server asked for; a lower bound, up to five minutes. Jitter then adds up to half of it.</param>
    public TimeSpan For(int attempt, double jitter, TimeSpan? retryAfter = null)
    {
        // Beyond 2^30 every wait is the longest one.
        var grown = First * Math.Pow(2, Math.Clamp(attempt - 1, 0, 30));
        var own = (grown < Longest ? grown : Longest) * (1 - jitter / 2);
        if (retryAfter is not { } asked || asked <= TimeSpan.Zero)
            return own;
        var spread = (asked < LongestRetryAfter ? asked : LongestRetryAfter) * (1 + jitter / 2);
        return own > spread ? own : spread;
    }
}
