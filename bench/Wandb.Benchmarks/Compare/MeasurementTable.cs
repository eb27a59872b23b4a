using System.Globalization;

namespace Wandb.Benchmarks.Compare;

/// <summary>Measurements as a Markdown table: minimum, median and maximum of each figure.</summary>
internal static class MeasurementTable
{
    /// <param name="measurements">At least one.</param>
    public static string Of(IReadOnlyList<Measurement> measurements)
    {
        (string Figure, Func<Measurement, double> Value, string Format)[] rows =
        [
            ("wall, s", run => run.Wall.TotalSeconds, "0.000"),
            ("CPU, s", run => (run.UserCpu + run.SystemCpu).TotalSeconds, "0.000"),
            ("user CPU, s", run => run.UserCpu.TotalSeconds, "0.000"),
            ("system CPU, s", run => run.SystemCpu.TotalSeconds, "0.000"),
            ("peak RSS, MB", run => run.PeakRssBytes / 1e6, "0.0"),
            ("requests", run => run.Received.Requests, "0"),
            ("bytes received, MB", run => run.Received.Bytes / 1e6, "0.0"),
            ("history lines", run => run.Received.HistoryLines, "0"),
            ("files", run => run.Received.Files, "0"),
        ];
        return string.Join(
            Environment.NewLine,
            ["| | min | median | max |", "|---|---:|---:|---:|", .. rows.Select(row => Row(row.Figure, [.. measurements.Select(row.Value).Order()], row.Format))]);
    }

    private static string Row(string figure, double[] sorted, string format)
    {
        string Number(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return $"| {figure} | {Number(sorted[0])} | {Number(Median(sorted))} | {Number(sorted[^1])} |";
    }

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
