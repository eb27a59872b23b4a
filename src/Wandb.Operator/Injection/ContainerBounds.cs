namespace Wandb.Operator.Injection;

/// <summary>What LimitRanges demand of one container; by resource (<c>cpu</c>, <c>memory</c>); an absent resource has no bound.</summary>
internal sealed record ContainerBounds
{
    public static readonly ContainerBounds None = new();

    public IReadOnlyDictionary<string, decimal> Min { get; init; } = new Dictionary<string, decimal>(0);

    public IReadOnlyDictionary<string, decimal> Max { get; init; } = new Dictionary<string, decimal>(0);

    /// <summary>Largest quotient of limit and request.</summary>
    public IReadOnlyDictionary<string, decimal> MaxRatio { get; init; } = new Dictionary<string, decimal>(0);
}
