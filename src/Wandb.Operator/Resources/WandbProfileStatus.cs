namespace Wandb.Operator.Resources;

internal sealed record WandbProfileStatus
{
    public long? ObservedGeneration { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>How many WandbRuns of the namespace use it.</summary>
    public int? Runs { get; init; }

    /// <summary>What the profile names, and whether it is there as far as the operator may see.</summary>
    public IReadOnlyList<ReferenceEntry>? References { get; init; }
}
