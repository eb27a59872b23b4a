using System.Globalization;
using System.Text.Json;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>Metrics over the runs of a group.</summary>
internal static class GroupMetrics
{
    /// <summary>As the schema limits it.</summary>
    public const int MaxMetrics = 32;

    /// <param name="keys">Summary keys that were asked for.</param>
    /// <param name="runs">Finished runs: those that go on have no last value yet, those that failed none that counts.</param>
    /// <returns>Only metrics that one of them has, in the order of the keys.</returns>
    public static IReadOnlyList<MetricEntry> Of(IReadOnlyList<string> keys, IReadOnlyList<RunEntry> runs) =>
    [
        .. keys.Distinct(StringComparer.Ordinal).Take(MaxMetrics)
            .Select(key => Metric(key, [.. runs.Select(run => (run.Id, Value: Number(run, key))).Where(item => item.Value is not null).Select(item => (item.Id, item.Value!.Value))]))
            .OfType<MetricEntry>(),
    ];

    private static MetricEntry? Metric(string name, IReadOnlyList<(string Run, double Value)> values)
    {
        if (values.Count == 0)
            return null;
        // The order of a sum changes its last digit: sorted, the same runs always give the same text.
        var sorted = values.OrderBy(item => item.Value).ThenBy(item => item.Run, StringComparer.Ordinal).ToList();
        var mean = sorted.Sum(item => item.Value / sorted.Count);
        double? deviation = sorted.Count < 2 ? null : Math.Sqrt(sorted.Sum(item => (item.Value - mean) * (item.Value - mean)) / (sorted.Count - 1));
        return new MetricEntry
        {
            Name = name,
            N = sorted.Count,
            Mean = Text(mean),
            StandardDeviation = deviation is { } known ? Text(known) : null,
            Min = Text(sorted[0].Value),
            Max = Text(sorted[^1].Value),
            MinRun = sorted[0].Run,
            MaxRun = sorted.First(item => item.Value == sorted[^1].Value).Run,
        };
    }

    /// <summary>A summary of a metric with <c>summary="min"</c> or the like is an object; which of its values is meant is not ours to say.</summary>
    private static double? Number(RunEntry run, string key) =>
        run.Summary is not null && run.Summary.TryGetValue(key, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : null;

    private static string? Text(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : null;
}
