namespace Wandb.Sandbox.Backend.Streaming;

/// <summary>The published limit of the file stream: two requests per second and run, of which two may come at once.</summary>
internal readonly record struct TokenBucket(double Tokens, DateTimeOffset At)
{
    public const double RequestsPerSecond = 2;
    public const double Burst = 2;

    public static TokenBucket Full(DateTimeOffset now) => new(Burst, now);

    /// <summary>The bucket after one more request at <paramref name="now"/>, and whether that request may pass.</summary>
    public (TokenBucket Next, bool Allowed) Take(DateTimeOffset now)
    {
        var filled = Math.Min(Burst, Tokens + (Math.Max(0, (now - At).TotalSeconds) * RequestsPerSecond));
        return filled >= 1 ? (new TokenBucket(filled - 1, now), true) : (new TokenBucket(filled, now), false);
    }
}
