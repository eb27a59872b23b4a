namespace Wandb.Operator.Resources;

/// <summary>
/// One metric over the runs of a group, by its name. Numbers are decimal strings: a float in the API would be rounded by those who pass it on.
/// </summary>
internal sealed record MetricEntry
{
    public required string Name { get; init; }

    public int? N { get; init; }

    public string? Mean { get; init; }

    /// <summary>Sample standard deviation (n - 1); null with fewer than two values.</summary>
    public string? StandardDeviation { get; init; }

    public string? Min { get; init; }

    public string? Max { get; init; }

    /// <summary>Id of the run with the largest value.</summary>
    public string? MaxRun { get; init; }

    /// <summary>Id of the run with the smallest value.</summary>
    public string? MinRun { get; init; }
}
