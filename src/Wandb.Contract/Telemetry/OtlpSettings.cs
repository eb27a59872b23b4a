using System.Globalization;

namespace Wandb.Contract.Telemetry;

/// <summary>
/// Where one signal goes, from the variables of https://opentelemetry.io/docs/specs/otel/protocol/exporter/: those of the signal go before
/// the general ones.
/// </summary>
/// <param name="Endpoint">Absolute http or https URL; for HTTP with the signal's path.</param>
/// <param name="IsGrpc">Otherwise HTTP with protobuf.</param>
/// <param name="Headers">As the variable has them; null without any. May hold credentials.</param>
/// <param name="Timeout">Of one export.</param>
public sealed record OtlpSettings(Uri Endpoint, bool IsGrpc, string? Headers, TimeSpan Timeout)
{
    private const string General = "OTEL_EXPORTER_OTLP_";

    // The default of the specification.
    private const int DefaultTimeoutMilliseconds = 10_000;

    /// <param name="variable">Null for one that is not set or empty.</param>
    /// <returns>Neither settings nor a problem: the signal was not asked for.</returns>
    public static (OtlpSettings? Settings, string? Problem) For(OtlpSignal signal, Func<string, string?> variable)
    {
        var name = signal.ToString().ToUpperInvariant();
        var isOff = string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
            || string.Equals(variable($"OTEL_{name}_EXPORTER"), "none", StringComparison.OrdinalIgnoreCase);
        var own = variable($"{General}{name}_ENDPOINT");
        if (isOff || (own ?? variable(General + "ENDPOINT")) is not { } endpoint)
            return (null, null);
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return (null, $"the endpoint for {name.ToLowerInvariant()} is no http or https URL (OTEL_EXPORTER_OTLP_*ENDPOINT)");
        var protocol = Setting("PROTOCOL") ?? "http/protobuf";
        if (protocol is not ("http/protobuf" or "grpc"))
            return (null, $"the protocol '{protocol}' for {name.ToLowerInvariant()} is neither http/protobuf nor grpc (OTEL_EXPORTER_OTLP_*PROTOCOL)");
        var limit = DefaultTimeoutMilliseconds;
        if (Setting("TIMEOUT") is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit > 0))
            return (null, $"the time-out '{text}' for {name.ToLowerInvariant()} is no number of milliseconds above 0 (OTEL_EXPORTER_OTLP_*TIMEOUT)");
        // Only the general endpoint is a base URL, and only for HTTP.
        if (own is null && protocol != "grpc")
            url = new UriBuilder(url) { Path = $"{url.AbsolutePath.TrimEnd('/')}/v1/{name.ToLowerInvariant()}" }.Uri;
        return (new OtlpSettings(url, protocol == "grpc", Setting("HEADERS"), TimeSpan.FromMilliseconds(limit)), null);

        string? Setting(string what) => variable($"{General}{name}_{what}") ?? variable(General + what);
    }
}
