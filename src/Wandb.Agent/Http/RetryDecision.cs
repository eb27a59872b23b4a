namespace Wandb.Agent.Http;

/// <summary>What follows on a failed try.</summary>
internal abstract record RetryDecision
{
    private RetryDecision()
    {
    }

    internal sealed record Retry(TimeSpan After) : RetryDecision;

    /// <summary>It may work another day: the tries are used up, or nothing but a person can help.</summary>
    internal sealed record GiveUp(string Reason) : RetryDecision;

    /// <summary>The server refused for good; the same request would be refused again.</summary>
    internal sealed record Reject : RetryDecision;
}
