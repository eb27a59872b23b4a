using System.Globalization;

namespace Wandb.Agent.Http;

/// <summary>
/// How fast requests may follow each other, from what the server said last
/// (<c>RateLimit-Remaining</c> and <c>RateLimit-Reset</c>, draft-polli-ratelimit-headers-02). A token bucket as a value.
/// </summary>
/// <param name="PerSecond">Requests per second; infinite until the server names a limit.</param>
/// <param name="Tokens">Requests that may go at once.</param>
/// <param name="AsOf">The moment of <paramref name="Tokens"/>.</param>
/// <param name="NotBefore">The quota is used up until this moment.</param>
/// <param name="Renewed">A new window has begun by this moment, as far as the server has told.</param>
internal readonly record struct RateLimitPace(double PerSecond, double Tokens, DateTimeOffset AsOf, DateTimeOffset NotBefore, DateTimeOffset Renewed)
{
    /// <summary>Bounds of wandb-core: never slower than a request in 10 s, whatever the headers say.</summary>
    private const double Slowest = 0.1;
    private const double Fastest = 65_536;
    private const double Burst = 10;

    // Seconds; a longer window is one that does not matter, and moments must stay in their range.
    private const double LongestWindow = 86_400;

    // Agents that share a quota know the same end of its window: each takes it for up to a quarter later, at most 5 s.
    private const double MaxJitter = 0.25;
    private const double LongestJitter = 5;

    internal static RateLimitPace Unlimited { get; } =
        new(double.PositiveInfinity, Burst, DateTimeOffset.MinValue, DateTimeOffset.MinValue, DateTimeOffset.MinValue);

    /// <summary>Whether the server has said how many requests a second it takes.</summary>
    internal bool HasRate => !double.IsInfinity(PerSecond);

    /// <summary>The pace after an answer. Missing or unreadable headers change nothing.</summary>
    /// <param name="jitter">Random, 0 to 1.</param>
    internal RateLimitPace Observe(string? remaining, string? reset, DateTimeOffset now, double jitter = 0)
    {
        if (!TryParse(remaining, out var left) || !TryParse(reset, out var seconds))
            return this;
        seconds = Math.Min(seconds, LongestWindow);
        var renewal = seconds + (jitter * Math.Min(seconds * MaxJitter, LongestJitter));
        // What goes at once goes out of what is left.
        var pace = this with { Tokens = Math.Min(TokensAt(now), left), AsOf = now, Renewed = now + TimeSpan.FromSeconds(renewal) };
        if (left < 1)
            return pace with { NotBefore = now + TimeSpan.FromSeconds(Math.Min(seconds, 1 / Slowest)) };

        // A window that is nearly over says nothing about a rate.
        return seconds <= 1 ? pace : pace with { PerSecond = Math.Clamp(left / seconds, Slowest, Fastest) };
    }

    /// <summary>How long the next request must wait before it looks again, at most until the quota is renewed; zero: it goes, and this is the pace then.</summary>
    internal (TimeSpan Delay, RateLimitPace Next) Take(DateTimeOffset now)
    {
        var tokens = TokensAt(now);
        var delay = tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - tokens) / PerSecond);
        if (now < Renewed && delay > Renewed - now)
            delay = Renewed - now;
        if (NotBefore - now > delay)
            delay = NotBefore - now;
        return delay > TimeSpan.Zero ? (delay, this) : (TimeSpan.Zero, this with { Tokens = tokens - 1, AsOf = now });
    }

    private double TokensAt(DateTimeOffset now)
    {
        if (!HasRate)
            return Burst;
        var tokens = now <= AsOf ? Tokens : Math.Min(Burst, Tokens + ((now - AsOf).TotalSeconds * PerSecond));
        // One request goes into a new window as soon as it begins: its answer tells how many more may.
        return AsOf < Renewed && Renewed <= now ? Math.Max(tokens, 1) : tokens;
    }

    private static bool TryParse(string? text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value) && value >= 0;
}
