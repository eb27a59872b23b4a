using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Wandb.Contract.Telemetry;
using Wandb.Operator.Commands;

namespace Wandb.Operator.Serving;

/// <summary>Sends signals over OTLP, as a part of the host. Nothing here is touched, nor its libraries loaded (1 MB), without an endpoint.</summary>
internal static class OtlpExport
{
    /// <summary>Series of one metric that are told apart; the library would keep room for 2,000 of each from the start, 140 KB a metric.</summary>
    private const int MaxSeries = 300;

    /// <param name="environment">What the library reads for itself: <c>OTEL_SERVICE_NAME</c>, <c>OTEL_METRIC_EXPORT_INTERVAL</c>, …</param>
    /// <param name="settings">Of the signals that are to be sent.</param>
    public static void Add(
        IHostApplicationBuilder builder, IReadOnlyDictionary<string, string?> environment, IReadOnlyDictionary<OtlpSignal, OtlpSettings> settings, ExportNotices notices)
    {
        builder.Configuration.AddInMemoryCollection(environment.Where(variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal)));
        // The variables come last and win: who sets OTEL_SERVICE_NAME means it.
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource
            .Clear()
            .AddService(OperatorCommandLine.ProgramName, serviceVersion: OperatorCommandLine.Version, autoGenerateServiceInstanceId: true)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector());
        if (settings.ContainsKey(OtlpSignal.Metrics))
        {
            telemetry.WithMetrics(metrics => metrics
                .AddMeter(OperatorMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "System.Net.Http")
                .AddView(_ => new MetricStreamConfiguration { CardinalityLimit = MaxSeries })
                .AddOtlpExporter(options => Apply(OtlpSignal.Metrics, options)));
        }
        if (settings.ContainsKey(OtlpSignal.Traces))
            telemetry.WithTracing(traces => traces.AddSource("Microsoft.AspNetCore", "System.Net.Http").AddOtlpExporter(options => Apply(OtlpSignal.Traces, options)));
        if (settings.ContainsKey(OtlpSignal.Logs))
            telemetry.WithLogging(logs => logs.AddOtlpExporter(options => Apply(OtlpSignal.Logs, options)), options => options.IncludeFormattedMessage = true);

        void Apply(OtlpSignal signal, OtlpExporterOptions options)
        {
            var (endpoint, isGrpc, headers, timeout) = settings[signal];
            options.Endpoint = endpoint;
            options.Protocol = isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            options.TimeoutMilliseconds = (int)timeout.TotalMilliseconds;
            if (headers is not null)
                options.Headers = headers;
            options.HttpClientFactory = () => new HttpClient(new ExportNotice(problem => notices.Tell(signal, problem))) { Timeout = timeout };
        }
    }
}
