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
internal readonly record struct RateLimitPace(double PerSecond, double Tokens, DateTimeOffset AsOf, DateTimeOffset NotBefore)
{
    /// <summary>Bounds of wandb-core: never slower than a request in 10 s, whatever the headers say.</summary>
    private const double Slowest = 0.1;
    private const double Fastest = 65_536;
    private const double Burst = 10;

    internal static RateLimitPace Unlimited { get; } = new(double.PositiveInfinity, Burst, DateTimeOffset.MinValue, DateTimeOffset.MinValue);

    /// <summary>The pace after an answer. Missing or unreadable headers change nothing.</summary>
    internal RateLimitPace Observe(string? remaining, string? reset, DateTimeOffset now)
    {
        if (!TryParse(remaining, out var left) || !TryParse(reset, out var seconds))
            return this;
        var pace = this with { Tokens = TokensAt(now), AsOf = now };
        if (left < 1)
            return pace with { NotBefore = now + TimeSpan.FromSeconds(Math.Min(seconds, 1 / Slowest)) };

        // A window that is nearly over says nothing about a rate.
        return seconds <= 1 ? pace : pace with { PerSecond = Math.Clamp(left / seconds, Slowest, Fastest) };
    }

    /// <summary>How long the next request must wait, and the pace after it has gone.</summary>
    internal (TimeSpan Delay, RateLimitPace Next) Take(DateTimeOffset now)
    {
        var tokens = TokensAt(now);
        var delay = tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - tokens) / PerSecond);
        if (NotBefore - now > delay)
            delay = NotBefore - now;
        return (delay, this with { Tokens = tokens - 1, AsOf = now });
    }

    private double TokensAt(DateTimeOffset now)
    {
        if (double.IsInfinity(PerSecond))
            return Burst;
        return now <= AsOf ? Tokens : Math.Min(Burst, Tokens + ((now - AsOf).TotalSeconds * PerSecond));
    }

    private static bool TryParse(string? text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value) && value >= 0;
}
