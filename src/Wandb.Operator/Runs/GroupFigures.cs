namespace Wandb.Operator.Runs;

/// <summary>Figures of some runs of one group. An attempt that another has followed is none of them.</summary>
internal sealed record GroupFigures
{
    public int Running { get; init; }

    public int Finished { get; init; }

    public int Failed { get; init; }

    public int Synced { get; init; }

    /// <summary>By name, over the finished ones.</summary>
    public IReadOnlyDictionary<string, MetricFigures> Metrics { get; init; } = new Dictionary<string, MetricFigures>();

    /// <summary>Of no run.</summary>
    public bool IsEmpty => this is { Running: 0, Finished: 0, Failed: 0, Synced: 0, Metrics.Count: 0 };

    public GroupFigures With(GroupFigures other) => new()
    {
        Running = Running + other.Running,
        Finished = Finished + other.Finished,
        Failed = Failed + other.Failed,
        Synced = Synced + other.Synced,
        Metrics = Metrics.Concat(other.Metrics)
            .GroupBy(metric => metric.Key, metric => metric.Value, StringComparer.Ordinal)
            .ToDictionary(metric => metric.Key, metric => metric.Aggregate((one, another) => one.With(another)), StringComparer.Ordinal),
    };

    /// <summary>Without runs that are among them; never below zero.</summary>
    public GroupFigures Without(GroupFigures other) => new()
    {
        Running = Math.Max(0, Running - other.Running),
        Finished = Math.Max(0, Finished - other.Finished),
        Failed = Math.Max(0, Failed - other.Failed),
        Synced = Math.Max(0, Synced - other.Synced),
        Metrics = Metrics
            .Select(metric => (metric.Key, Value: other.Metrics.TryGetValue(metric.Key, out var without) ? metric.Value.Without(without) : metric.Value))
            .Where(metric => metric.Value is not null)
            .ToDictionary(metric => metric.Key, metric => metric.Value!, StringComparer.Ordinal),
    };
}
