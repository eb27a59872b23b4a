namespace Wandb.Operator.Injection;

/// <summary>What LimitRanges demand of one container, or of one pod; by resource (<c>cpu</c>, <c>memory</c>); an absent resource has no bound.</summary>
internal sealed record LimitRangeBounds
{
    public static readonly LimitRangeBounds None = new();

    public IReadOnlyDictionary<string, decimal> Min { get; init; } = new Dictionary<string, decimal>(0);

    public IReadOnlyDictionary<string, decimal> Max { get; init; } = new Dictionary<string, decimal>(0);

    /// <summary>Largest quotient of limit and request.</summary>
    public IReadOnlyDictionary<string, decimal> MaxRatio { get; init; } = new Dictionary<string, decimal>(0);

    /// <summary>Limit that the API server gives a container without one; pods have none. Of several the smallest.</summary>
    public IReadOnlyDictionary<string, decimal> DefaultLimit { get; init; } = new Dictionary<string, decimal>(0);
}
