using System.Diagnostics;
using System.Diagnostics.Metrics;
using Wandb.Operator.Watching;

namespace Wandb.Operator;

/// <summary>The one meter of the operator; docs/observability.md has the table. Thread-safe.</summary>
internal sealed class OperatorMetrics
{
    public const string MeterName = "Wandb.Operator";

    // A webhook answers within 3 s, a reconciliation makes a few requests of at most 100 s.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 100] };

    private readonly Counter<long> _watchRestarts;
    private readonly Counter<long> _lists;
    private readonly Counter<long> _unreadable;
    private readonly Histogram<double> _reconcile;
    private readonly Histogram<double> _admission;
    private readonly Counter<long> _reports;
    private readonly Counter<long> _statusWrites;

    private Func<TimeSpan?> _certificate = static () => null;

    // Guards _queues and _caches.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Func<int>> _queues = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<int>> _caches = new(StringComparer.Ordinal);

    public OperatorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(new MeterOptions(MeterName) { Version = typeof(OperatorMetrics).Assembly.GetName().Version?.ToString(3) });
        _watchRestarts = meter.CreateCounter<long>("wandb.operator.watch.restarts", "{restart}", "Watches that ended, by what ended them.");
        _lists = meter.CreateCounter<long>("wandb.operator.watch.lists", "{list}", "Complete lists read.");
        _unreadable = meter.CreateCounter<long>("wandb.operator.watch.unreadable", "{object}", "Objects that were left out because they cannot be read.");
        _reconcile = meter.CreateHistogram("wandb.operator.reconcile.duration", "s", "Reconciliations.", tags: null, Seconds);
        _admission = meter.CreateHistogram("wandb.operator.admission.duration", "s", "Answered admission reviews.", tags: null, Seconds);
        _reports = meter.CreateCounter<long>("wandb.operator.reports.received", "{report}", "Reports of agents, by what came of them.");
        _statusWrites = meter.CreateCounter<long>("wandb.operator.status.writes", "{write}", "Writes of a status, by what came of them.");
        meter.CreateObservableUpDownCounter("wandb.operator.queue.depth", () => Observe(_queues, "wandb.controller"), "{key}", "Keys that wait to be reconciled.");
        meter.CreateObservableUpDownCounter("wandb.operator.cache.objects", () => Observe(_caches, "wandb.resource"), "{object}", "Objects that are kept.");
        meter.CreateObservableGauge("wandb.operator.certificate.lifetime", ObserveCertificate, "s", "Time until the certificate that is served ends.");
    }

    /// <param name="reason">See <see cref="WatchEnd"/>.</param>
    public void WatchRestarted(string resource, string reason) => _watchRestarts.Add(1, new("wandb.resource", resource), new("wandb.watch.reason", reason));

    public void Listed(string resource) => _lists.Add(1, new KeyValuePair<string, object?>("wandb.resource", resource));

    public void UnreadableObject(string resource) => _unreadable.Add(1, new KeyValuePair<string, object?>("wandb.resource", resource));

    public void Reconciled(string controller, ReconcileResult result, TimeSpan duration)
    {
        var outcome = result switch
        {
            ReconcileResult.Done => "done",
            ReconcileResult.RequeueAfter or ReconcileResult.Postponed => "requeue",
            ReconcileResult.Terminal => "terminal",
            _ => throw new UnreachableException(),
        };
        _reconcile.Record(duration.TotalSeconds, new("wandb.controller", controller), new("wandb.reconcile.outcome", outcome));
    }

    public void ReconcileFailed(string controller, Exception exception, TimeSpan duration) => _reconcile.Record(
        duration.TotalSeconds,
        new("wandb.controller", controller), new("wandb.reconcile.outcome", "error"), new("error.type", exception.GetType().FullName));

    /// <param name="kind">Pod or Job.</param>
    /// <param name="outcome">One of a few words.</param>
    public void Admitted(string kind, string outcome, TimeSpan duration) =>
        _admission.Record(duration.TotalSeconds, new("wandb.admission.kind", kind), new("wandb.admission.outcome", outcome));

    /// <param name="outcome">One of a few words.</param>
    public void ReportReceived(string outcome) => _reports.Add(1, new KeyValuePair<string, object?>("wandb.report.outcome", outcome));

    /// <param name="outcome">One of a few words.</param>
    public void StatusWritten(string outcome) => _statusWrites.Add(1, new KeyValuePair<string, object?>("wandb.status.outcome", outcome));

    /// <param name="left">Until the end of what is served; null: nothing is yet.</param>
    public void ObserveCertificate(Func<TimeSpan?> left) => Volatile.Write(ref _certificate, left);

    /// <returns>Ends the observation.</returns>
    public IDisposable ObserveQueue(string controller, Func<int> depth) => Register(_queues, controller, depth);

    /// <returns>Ends the observation.</returns>
    public IDisposable ObserveCache(string resource, Func<int> count) => Register(_caches, resource, count);

    private IEnumerable<Measurement<double>> ObserveCertificate() =>
        Volatile.Read(ref _certificate)() is { } left ? [new Measurement<double>(left.TotalSeconds)] : [];

    private Registration Register(Dictionary<string, Func<int>> observed, string name, Func<int> value)
    {
        lock (_gate)
            observed[name] = value;
        return new Registration(this, observed, name);
    }

    private IEnumerable<Measurement<int>> Observe(Dictionary<string, Func<int>> observed, string attribute)
    {
        lock (_gate)
            return [.. observed.Select(pair => new Measurement<int>(pair.Value(), new KeyValuePair<string, object?>(attribute, pair.Key)))];
    }

    private sealed class Registration(OperatorMetrics owner, Dictionary<string, Func<int>> observed, string name) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._gate)
                observed.Remove(name);
        }
    }
}
