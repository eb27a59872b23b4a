namespace Wandb.Agent.Http;

/// <summary>Why one try of a request failed.</summary>
internal abstract record AttemptFailure
{
    private AttemptFailure()
    {
    }

    /// <summary>The server answered with a status that is no success.</summary>
    /// <param name="RetryAfter">The answer's Retry-After header, as it came; null without one.</param>
    /// <param name="Date">The answer's Date header, as it came: what the server's clock shows.</param>
    internal sealed record Status(int Code, string? RetryAfter, string? Date = null) : AttemptFailure;

    /// <summary>Not reachable, or the connection ended before the whole answer was read.</summary>
    internal sealed record Connection(string Reason) : AttemptFailure;

    /// <summary>For so long no byte moved and no answer came.</summary>
    internal sealed record TimedOut(TimeSpan After) : AttemptFailure;

    /// <summary>The server's certificate was not accepted, or there is no TLS to be had. Trying again cannot change that, a person must.</summary>
    internal sealed record Untrusted(string Reason) : AttemptFailure;

    /// <summary>In a few words, for progress and messages.</summary>
    internal string Words => this switch
    {
        Status status => $"HTTP {status.Code}",
        Connection connection => connection.Reason,
        TimedOut timedOut => FormattableString.Invariant($"no answer within {timedOut.After.TotalSeconds:0.#} s"),
        Untrusted untrusted => untrusted.Reason,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
