using System.Diagnostics.Metrics;
using System.Text;

namespace Wandb.Operator.Serving;

/// <summary>
/// <c>/metrics</c> on the health port: the meter of this operator as Prometheus reads it, for clusters that scrape. It stands beside OTLP and
/// needs nothing of it. What was recorded before the first look is in it.
/// </summary>
internal sealed class MetricsEndpoint : IDisposable
{
    public const string Path = "/metrics";

    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();

    // Guards _families and what is in them.
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, PrometheusFamily> _families = new(StringComparer.Ordinal);

    /// <param name="meters">Whose meter is listened to: a process may have several operators, in tests.</param>
    public MetricsEndpoint(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == OperatorMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument, FamilyOf(instrument));
        };
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record(state, value, tags));
        _listener.Start();
    }

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet(Path, context =>
    {
        context.Response.ContentType = ContentType;
        return context.Response.WriteAsync(Text(), context.RequestAborted);
    });

    public string Text()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (_gate)
        {
            foreach (var family in _families.Values)
                family.Write(text);
        }
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private PrometheusFamily FamilyOf(Instrument instrument)
    {
        var family = new PrometheusFamily(instrument, (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? []);
        lock (_gate)
            return _families[family.Name] = family;
    }

    private void Record(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
            ((PrometheusFamily)state!).Record(value, tags);
    }
}
