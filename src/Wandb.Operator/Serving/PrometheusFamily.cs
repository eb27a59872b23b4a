using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Wandb.Operator.Serving;

/// <summary>
/// One instrument in the text format of Prometheus (prometheus.io, "Exposition formats"), under the name that an OpenTelemetry collector's
/// exporter would give it: dots to underscores, the unit in words, <c>_total</c> for what only grows. Not thread-safe.
/// </summary>
internal sealed class PrometheusFamily(Instrument instrument, IReadOnlyList<double> boundaries)
{
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly PrometheusKind _kind = KindOf(instrument);

    public string Name { get; } = NameOf(instrument);

    /// <summary>Adds to a counter or histogram; replaces the value of what is observed.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        if (!_series.TryGetValue(labels, out var series))
            _series[labels] = series = new Series(boundaries.Count);
        series.Sum = instrument.IsObservable ? value : series.Sum + value;
        series.Count++;
        if (_kind == PrometheusKind.Histogram)
            series.Buckets[boundaries.TakeWhile(boundary => value > boundary).Count()]++;
    }

    public void Write(StringBuilder text)
    {
        text.Append($"# HELP {Name} {Escape(instrument.Description ?? "")}\n# TYPE {Name} {_kind.ToString().ToLowerInvariant()}\n");
        foreach (var (labels, series) in _series)
        {
            if (_kind != PrometheusKind.Histogram)
            {
                Line(text, Name, labels, series.Sum);
                continue;
            }
            long below = 0;
            for (var i = 0; i <= boundaries.Count; i++)
            {
                below += series.Buckets[i];
                Line(text, Name + "_bucket", With(labels, $"le=\"{(i == boundaries.Count ? "+Inf" : Number(boundaries[i]))}\""), below);
            }
            Line(text, Name + "_sum", labels, series.Sum);
            Line(text, Name + "_count", labels, series.Count);
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ').Append(Number(value)).Append('\n');

    private static string NameOf(Instrument instrument) => instrument.Name.Replace('.', '_') + (instrument.Unit switch
    {
        "s" => "_seconds",
        "By" => "_bytes",
        _ => "",
    }) + (KindOf(instrument) == PrometheusKind.Counter ? "_total" : "");

    private static PrometheusKind KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> => PrometheusKind.Counter,
        Histogram<double> => PrometheusKind.Histogram,
        _ => PrometheusKind.Gauge,
    };

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<string>(tags.Length);
        foreach (var (name, value) in tags)
            labels.Add($"{name.Replace('.', '_')}=\"{Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")}\"");
        return string.Join(',', labels);
    }

    private static string With(string labels, string more) => labels.Length == 0 ? more : $"{labels},{more}";

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private enum PrometheusKind
    {
        Counter,
        Gauge,
        Histogram,
    }

    private sealed class Series(int boundaries)
    {
        /// <summary>Of all values; of what is observed, the last one.</summary>
        public double Sum { get; set; }

        public long Count { get; set; }

        /// <summary>How many values lie between this boundary and the one before; the last has those above all.</summary>
        public long[] Buckets { get; } = new long[boundaries + 1];
    }
}
