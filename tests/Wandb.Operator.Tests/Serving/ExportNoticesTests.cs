using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wandb.Contract.Telemetry;
using Wandb.Operator.Serving;

namespace Wandb.Operator.Tests.Serving;

public sealed class ExportNoticesTests : ILogger
{
    private readonly List<string> _lines = [];

    [Fact]
    public void Each_change_is_said_once_and_what_was_before_the_log_too()
    {
        var notices = new ExportNotices();
        notices.Tell(OtlpSignal.Logs, "no URL");
        notices.Begin(this);
        notices.Tell(OtlpSignal.Metrics, null);
        notices.Tell(OtlpSignal.Metrics, "http://c/ answers HTTP 503");
        notices.Tell(OtlpSignal.Metrics, "http://c/ answers HTTP 503");
        notices.Tell(OtlpSignal.Metrics, "http://c/ cannot be reached");
        notices.Tell(OtlpSignal.Metrics, null);
        notices.Tell(OtlpSignal.Metrics, null);

        Assert.Equal(
            [
                "Warning Nothing is sent of logs: no URL", "Warning Nothing is sent of metrics: http://c/ answers HTTP 503",
                "Warning Nothing is sent of metrics: http://c/ cannot be reached", "Information Sends metrics again",
            ],
            _lines);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "the endpoint for traces is no http or https URL")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json", "the protocol 'http/json' for traces is neither http/protobuf nor grpc")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "5s", "the time-out '5s' for traces is no number of milliseconds above 0")]
    public void Wrong_variable_is_said_and_stops_nothing_else(string name, string value, string expected)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());

        OperatorTelemetry.Add(builder, new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318", [name] = value });

        using var services = builder.Services.BuildServiceProvider();
        services.GetRequiredService<ExportNotices>().Begin(this);
        Assert.Contains(_lines, line => line.StartsWith($"Warning Nothing is sent of traces: {expected} (OTEL_", StringComparison.Ordinal));
    }

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add($"{logLevel} {formatter(state, exception)}");

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;
}
