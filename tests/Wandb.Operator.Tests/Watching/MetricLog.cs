using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Wandb.Operator.Tests.Watching;

/// <summary>
/// The operator's metrics, and every measurement of them as a line: "instrument value key=value …", attributes in order of their names.
/// </summary>
internal sealed class MetricLog : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();

    // Guards the two below.
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<Wait> _waits = [];

    public MetricLog()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        // Durations differ from run to run.
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Record(instrument, "s", tags));
        _listener.Start();
        Metrics = new OperatorMetrics(factory);
    }

    public OperatorMetrics Metrics { get; }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    /// <summary>Reads the observable instruments.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    /// <summary>Waits for so many further lines with this part.</summary>
    public Task CountAsync(string part, int count = 1)
    {
        var wait = new Wait(part) { Left = count };
        lock (_gate)
            _waits.Add(wait);
        return wait.Done.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private void Record<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var attributes = tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $" {tag.Key}={tag.Value}");
        var line = $"{instrument.Name} {value}{string.Concat(attributes)}";
        lock (_gate)
        {
            _lines.Add(line);
            foreach (var wait in _waits.Where(wait => line.Contains(wait.Part, StringComparison.Ordinal)))
            {
                if (--wait.Left == 0)
                    wait.Done.TrySetResult();
            }
        }
    }

    private sealed class Wait(string part)
    {
        public string Part => part;

        public int Left { get; set; }

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
