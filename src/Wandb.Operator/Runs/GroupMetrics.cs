using System.Text.Json;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>Metrics over the runs of a group.</summary>
internal static class GroupMetrics
{
    /// <summary>As the schema limits it.</summary>
    public const int MaxMetrics = 32;

    /// <param name="runs">Finished runs: those that go on have no last value yet, those that failed none that counts.</param>
    /// <returns>By name; only metrics that one of them has.</returns>
    public static IReadOnlyDictionary<string, MetricFigures> Of(IEnumerable<RunEntry> runs) =>
        runs.SelectMany(run => (run.Summary ?? new Dictionary<string, JsonElement>()).Select(metric => (Name: metric.Key, run.Id, Value: Number(metric.Value))))
            .Where(item => item.Value is not null)
            .GroupBy(item => item.Name, StringComparer.Ordinal)
            .ToDictionary(metric => metric.Key, metric => MetricFigures.Of([.. metric.Select(item => (item.Id, item.Value!.Value))]), StringComparer.Ordinal);

    /// <param name="keys">Summary keys that were asked for.</param>
    /// <returns>In the order of the keys.</returns>
    public static IReadOnlyList<MetricEntry> Entries(IReadOnlyList<string> keys, IReadOnlyDictionary<string, MetricFigures> metrics) =>
        [.. keys.Distinct(StringComparer.Ordinal).Take(MaxMetrics).Where(metrics.ContainsKey).Select(key => metrics[key].Entry(key))];

    /// <summary>A summary of a metric with <c>summary="min"</c> or the like is an object; which of its values is meant is not ours to say.</summary>
    private static double? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;
}
