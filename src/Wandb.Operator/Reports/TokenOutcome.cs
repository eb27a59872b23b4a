namespace Wandb.Operator.Reports;

/// <summary>What the check of a token came to.</summary>
internal abstract record TokenOutcome
{
    private TokenOutcome()
    {
    }

    public sealed record Accepted(PodIdentity Pod) : TokenOutcome;

    /// <summary>Wrong audience, expired, made by nobody we know.</summary>
    public sealed record Refused : TokenOutcome;

    /// <summary>Right, but made for no pod: it may be anybody's.</summary>
    public sealed record NoPod : TokenOutcome;

    /// <summary>Nobody could be asked; it is worth another try.</summary>
    public sealed record Unavailable(string Reason) : TokenOutcome;
}
