using Wandb.Contract.Telemetry;

namespace Wandb.Contract.Tests.Telemetry;

public sealed class OtlpSettingsTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    [Fact]
    public void Nothing_is_sent_without_an_endpoint() =>
        Assert.Equal((null, null), Read(OtlpSignal.Metrics, ("OTEL_SERVICE_NAME", "trainer"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")));

    [Theory]
    [InlineData("http://collector:4318", "http://collector:4318/v1/metrics")]
    [InlineData("https://collector/otlp/", "https://collector/otlp/v1/metrics")]
    public void General_endpoint_is_the_base_of_the_signals_own(string endpoint, string expected) =>
        Assert.Equal(new OtlpSettings(new Uri(expected), IsGrpc: false, null, TimeSpan.FromSeconds(10)), Read(OtlpSignal.Metrics, (Endpoint, endpoint)).Settings);

    [Fact]
    public void Variables_of_the_signal_go_before_the_general_ones_and_touch_no_other_signal()
    {
        (string, string)[] variables =
        [
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces/as-it-is"), ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=1"), ("OTEL_EXPORTER_OTLP_HEADERS", "b=2"),
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "500"), (Endpoint, "http://all:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
        ];

        Assert.Equal(new OtlpSettings(new Uri("http://traces/as-it-is"), IsGrpc: false, "a=1", TimeSpan.FromMilliseconds(500)), Read(OtlpSignal.Traces, variables).Settings);
        Assert.Equal(new OtlpSettings(new Uri("http://all:4317"), IsGrpc: true, "b=2", TimeSpan.FromSeconds(10)), Read(OtlpSignal.Metrics, variables).Settings);
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_METRICS_EXPORTER", "none")]
    public void Signal_can_be_switched_off(string name, string value) =>
        Assert.Equal((null, null), Read(OtlpSignal.Metrics, (Endpoint, "http://collector:4318"), (name, value)));

    [Theory]
    [InlineData(Endpoint, "collector:4318")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "10s")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "0")]
    public void Wrong_value_is_a_problem_that_names_the_variable(string name, string value)
    {
        var (settings, problem) = Read(OtlpSignal.Metrics, (Endpoint, "http://collector:4318"), (name, value));

        Assert.Null(settings);
        Assert.Contains("metrics", problem, StringComparison.Ordinal);
        Assert.Contains("OTEL_EXPORTER_OTLP_*" + name["OTEL_EXPORTER_OTLP_".Length..], problem, StringComparison.Ordinal);
    }

    private static (OtlpSettings? Settings, string? Problem) Read(OtlpSignal signal, params (string Name, string Value)[] variables)
    {
        // As in an environment, the last one stands.
        var environment = variables.GroupBy(variable => variable.Name).ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal);
        return OtlpSettings.For(signal, environment.GetValueOrDefault);
    }
}
