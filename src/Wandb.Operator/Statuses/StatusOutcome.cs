using Wandb.Operator.Watching;

namespace Wandb.Operator.Statuses;

/// <summary>What a write of a status came to.</summary>
internal abstract record StatusOutcome
{
    private StatusOutcome()
    {
    }

    /// <param name="ResourceVersion">Of the object with this status.</param>
    public sealed record Written(string ResourceVersion) : StatusOutcome;

    /// <summary>The object does not exist any more; it was not made anew.</summary>
    public sealed record Gone : StatusOutcome;

    /// <summary>The API server will never take it: the schema refuses it, or it is too large.</summary>
    public sealed record Refused(string Reason) : StatusOutcome;

    /// <summary>The same may succeed later.</summary>
    public sealed record Failed(ApiOutcome Outcome) : StatusOutcome;
}
