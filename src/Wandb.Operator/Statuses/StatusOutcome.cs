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

    /// <summary>The API server will never take it: the schema refuses it.</summary>
    public sealed record Refused(string Reason) : StatusOutcome;
}
