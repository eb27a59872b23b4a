using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Wandb.Operator.Commands;

namespace Wandb.Operator.Serving;

/// <summary>
/// Metrics, traces and logs over OTLP, each where the environment names an endpoint for it, and nothing otherwise. Variables as in
/// https://opentelemetry.io/docs/specs/otel/protocol/exporter/.
/// </summary>
internal static class OperatorTelemetry
{
    private const string General = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Series of one metric that are told apart; the library would keep room for 2,000 of each from the start, 140 KB a metric.</summary>
    private const int MaxSeries = 300;

    public static void Add(IHostApplicationBuilder builder, IReadOnlyDictionary<string, string?> environment)
    {
        builder.Services.TryAddSingleton<OperatorMetrics>();
        builder.Services.AddMetrics();
        if (!Wants("METRICS") && !Wants("TRACES") && !Wants("LOGS"))
            return;
        // What the library reads for itself.
        builder.Configuration.AddInMemoryCollection(environment.Where(variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal)));
        // The variables come last and win: who sets OTEL_SERVICE_NAME means it.
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource
            .Clear()
            .AddService(OperatorCommandLine.ProgramName, serviceVersion: OperatorCommandLine.Version, autoGenerateServiceInstanceId: true)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector());
        if (Wants("METRICS"))
        {
            telemetry.WithMetrics(metrics => metrics
                .AddMeter(OperatorMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "System.Net.Http")
                .AddView(_ => new MetricStreamConfiguration { CardinalityLimit = MaxSeries })
                .AddOtlpExporter(options => Lead(options, "METRICS")));
        }
        if (Wants("TRACES"))
            telemetry.WithTracing(traces => traces.AddSource("Microsoft.AspNetCore", "System.Net.Http").AddOtlpExporter(options => Lead(options, "TRACES")));
        if (Wants("LOGS"))
            telemetry.WithLogging(logs => logs.AddOtlpExporter(options => Lead(options, "LOGS")), options => options.IncludeFormattedMessage = true);

        bool Wants(string signal) =>
            !string.Equals(Value("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
            && !string.Equals(Value($"OTEL_{signal}_EXPORTER"), "none", StringComparison.OrdinalIgnoreCase)
            && (Value($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") ?? Value(General)) is not null;

        // The library reads the general variable alone; the address of one signal is taken as it is, without a path of ours.
        void Lead(OtlpExporterOptions options, string signal)
        {
            if (Value($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") is { } named && Uri.TryCreate(named, UriKind.Absolute, out var endpoint))
                options.Endpoint = endpoint;
        }

        string? Value(string name) => environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
    }
}
