using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Wandb.Contract.Telemetry;

namespace Wandb.Agent.Telemetry;

/// <summary>Sends a meter or a source over OTLP. Nothing here is touched, nor its libraries loaded, without an endpoint.</summary>
/// <param name="variables">What the library reads for itself: <c>OTEL_SERVICE_NAME</c>, <c>OTEL_METRIC_EXPORT_INTERVAL</c>, …</param>
internal sealed class OtlpExport(IReadOnlyDictionary<string, string?> variables)
{
    private const string ServiceName = "wandb-agent";

    /// <summary>
    /// Series of one metric that are told apart. All our attributes have few values (docs/observability.md); the library would keep room for 2,000 series
    /// of each metric from the start, 2 MB in all.
    /// </summary>
    private const int MaxSeries = 100;

    private readonly IConfiguration _configuration = new ConfigurationBuilder()
        .AddInMemoryCollection(variables.Where(variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal)))
        .Build();

    public MeterProvider Meters(OtlpSettings settings, Action<string?> tell) => Sdk.CreateMeterProviderBuilder()
        .ConfigureServices(services => services.AddSingleton(_configuration))
        .SetResourceBuilder(Resource())
        .AddMeter(AgentMetrics.MeterName)
        .AddView(_ => new MetricStreamConfiguration { CardinalityLimit = MaxSeries })
        .AddOtlpExporter(options => Apply(settings, options, tell))
        .Build();

    public TracerProvider Spans(OtlpSettings settings, Action<string?> tell) => Sdk.CreateTracerProviderBuilder()
        .ConfigureServices(services => services.AddSingleton(_configuration))
        .SetResourceBuilder(Resource())
        .AddSource(RequestSpans.SourceName)
        .AddOtlpExporter(options => Apply(settings, options, tell))
        .Build();

    // The variables come last and win: who sets OTEL_SERVICE_NAME means it.
    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService(ServiceName, serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3))
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    private static void Apply(OtlpSettings settings, OtlpExporterOptions options, Action<string?> tell)
    {
        options.Endpoint = settings.Endpoint;
        options.Protocol = settings.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        options.TimeoutMilliseconds = (int)settings.Timeout.TotalMilliseconds;
        if (settings.Headers is { } headers)
            options.Headers = headers;
        options.HttpClientFactory = () => new HttpClient(new ExportNotice(tell)) { Timeout = settings.Timeout };
    }
}
