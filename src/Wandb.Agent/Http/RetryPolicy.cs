using System.Diagnostics;
using System.Globalization;

namespace Wandb.Agent.Http;

/// <summary>
/// Decides what follows on a failed try. The tables are those of wandb-core 0.28.2. A <c>Retry-After</c> is kept to, but never taken for less than the
/// first step of the own back-off: servers and proxies that answer <c>0</c>, or a date that is over, would be asked as fast as the line goes.
/// </summary>
internal static class RetryPolicy
{
    /// <summary>Share of the wait that the jitter may add, so that many clients do not come back at one moment.</summary>
    private const double MaxJitter = 0.25;

    /// <summary>A longer Retry-After is asked about again after a day; it also keeps timers in their range.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    /// <summary>A date further away than this is more likely a clock that is wrong than a server that will be away so long: it is asked again then.</summary>
    private static readonly TimeSpan LongestUntilDate = TimeSpan.FromHours(1);

    /// <param name="tries">Tries made so far, the failed one included; at least 1.</param>
    /// <param name="jitter">Random, 0 to 1.</param>
    /// <param name="now">For a Retry-After that names a date, where the server does not say what its clock shows.</param>
    internal static RetryDecision Decide(RequestKind kind, AttemptFailure failure, int tries, double jitter, DateTimeOffset now, RetryOptions options)
    {
        switch (failure)
        {
            case AttemptFailure.Status status when !IsRetried(kind, status.Code):
                return new RetryDecision.Reject();
            case AttemptFailure.Untrusted:
                return new RetryDecision.GiveUp(failure.Words);
            default:
                if (tries >= MaxTries(kind, options))
                    return new RetryDecision.GiveUp(failure.Words);
                var asked = failure is AttemptFailure.Status answered ? ParseRetryAfter(answered.RetryAfter, ParseDate(answered.Date) ?? now) : null;
                return new RetryDecision.Retry(asked is { } wait ? AtLeast(wait, jitter, options) : Backoff(tries, jitter, options));
        }
    }

    /// <summary>Seconds (a fraction is allowed) or an RFC 1123 date; null if it is neither. A time in the past is no wait.</summary>
    /// <param name="now">By the clock that the date is of.</param>
    internal static TimeSpan? ParseRetryAfter(string? value, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(value))
            return null;
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return double.IsNaN(seconds) ? null : TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestRetryAfter.TotalSeconds));
        }
        if (ParseDate(value) is not { } date)
            return null;
        var wait = date - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestUntilDate ? LongestUntilDate : wait;
    }

    private static DateTimeOffset? ParseDate(string? value) =>
        DateTimeOffset.TryParseExact(value?.Trim(), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    /// <summary>Never less than what was asked for. All who were told of one moment, or of none, come back one after the other.</summary>
    private static TimeSpan AtLeast(TimeSpan asked, double jitter, RetryOptions options)
    {
        var wait = asked > options.BaseDelay ? asked : options.BaseDelay;
        var spread = wait * MaxJitter;
        return wait + (spread < options.MaxDelay ? spread : options.MaxDelay) * jitter;
    }

    private static TimeSpan Backoff(int tries, double jitter, RetryOptions options)
    {
        // Beyond 2^32 times the base every wait is at the cap.
        var wait = options.BaseDelay * Math.Pow(2, Math.Min(tries - 1, 32)) * (1 + (MaxJitter * jitter));
        return wait > options.MaxDelay ? options.MaxDelay : wait;
    }

    private static int MaxTries(RequestKind kind, RetryOptions options) => kind switch
    {
        RequestKind.FileStream => options.FileStreamTries,
        RequestKind.GraphQL or RequestKind.GraphQLUpsert => options.GraphQLTries,
        RequestKind.FilePut => options.FilePutTries,
        _ => throw new UnreachableException(),
    };

    private static bool IsRetried(RequestKind kind, int status) => kind switch
    {
        RequestKind.FilePut => status == 429 || (status >= 500 && status != 501),
        RequestKind.GraphQLUpsert when status == 409 => true,
        _ => status >= 400 && status is not (400 or 401 or 403 or 404 or 409 or 410 or 413 or 422 or 501),
    };
}
