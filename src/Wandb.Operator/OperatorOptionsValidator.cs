using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Wandb.Operator;

/// <summary>Tells everything that is wrong at once, each with its value and the limit.</summary>
internal sealed partial class OperatorOptionsValidator : IValidateOptions<OperatorOptions>
{
    private const int MaxPort = 65_535;
    private const int MaxLeaseSeconds = 3600;
    private const int MaxDrainSeconds = 5;

    public ValidateOptionsResult Validate(string? name, OperatorOptions options)
    {
        var problems = new List<string>();
        Range(problems, "https-port", options.HttpsPort, 0, MaxPort);
        Range(problems, "health-port", options.HealthPort, 0, MaxPort);
        Range(problems, "service-port", options.ServicePort, 1, MaxPort);
        if (options.HttpsPort != 0 && options.HttpsPort == options.HealthPort)
            problems.Add(Text($"health-port {options.HealthPort} is the same as https-port; they must differ"));
        if (options.Listen != "*" && !IPAddress.TryParse(options.Listen, out _))
            problems.Add($"listen '{options.Listen}' is no IP address and not *");
        Label(problems, "namespace", options.Namespace);
        Label(problems, "service", options.Service);
        Subdomain(problems, "lease-name", options.LeaseName);
        Subdomain(problems, "certificate-secret", options.CertificateSecret);
        if (options.WebhookConfiguration.Length > 0)
            Subdomain(problems, "webhook-configuration", options.WebhookConfiguration);
        foreach (var @namespace in options.WatchNamespaces)
            Label(problems, "watch-namespace", @namespace);
        foreach (var secret in options.AgentPullSecrets)
            Subdomain(problems, "agent-pull-secret", secret);
        Addresses(problems, options);
        Lease(problems, options);
        Range(problems, "drain-seconds", options.DrainSeconds, 0, MaxDrainSeconds);
        OneOf(problems, "log-level", options.LogLevel, "debug", "info", "warning", "error");
        OneOf(problems, "log-format", options.LogFormat, "text", "json");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void Addresses(List<string> problems, OperatorOptions options)
    {
        if (options.AgentImage.Length == 0 || options.AgentImage.Any(char.IsWhiteSpace))
            problems.Add($"agent-image '{options.AgentImage}' is no name of an image");
        if (options.ReportUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps))
            problems.Add($"report-url '{url}' is no address that begins with https://");
        if (options.PodIp is { } address && !IPAddress.TryParse(address, out _))
            problems.Add($"pod-ip '{address}' is no IP address");
        if (options.CertificateDirectory is { } directory && !Directory.Exists(directory))
            problems.Add($"certificate-directory '{directory}' is not there");
    }

    private static void Lease(List<string> problems, OperatorOptions options)
    {
        Range(problems, "lease-duration-seconds", options.LeaseDurationSeconds, 2, MaxLeaseSeconds);
        if (options.LeaseRenewDeadlineSeconds < 1 || options.LeaseRenewDeadlineSeconds >= options.LeaseDurationSeconds)
            problems.Add(Text($"lease-renew-deadline-seconds {options.LeaseRenewDeadlineSeconds} must be at least 1 and less than lease-duration-seconds {options.LeaseDurationSeconds}"));
        if (options.LeaseRetrySeconds < 1 || options.LeaseRetrySeconds >= Math.Max(2, options.LeaseRenewDeadlineSeconds))
            problems.Add(Text($"lease-retry-seconds {options.LeaseRetrySeconds} must be at least 1 and less than lease-renew-deadline-seconds {options.LeaseRenewDeadlineSeconds}"));
    }

    private static void Range(List<string> problems, string name, int value, int least, int most)
    {
        if (value < least || value > most)
            problems.Add(Text($"{name} {value} is not within {least} to {most}"));
    }

    private static void OneOf(List<string> problems, string name, string value, params string[] allowed)
    {
        if (!allowed.Contains(value, StringComparer.Ordinal))
            problems.Add($"{name} '{value}' is none of {string.Join(", ", allowed)}");
    }

    private static void Label(List<string> problems, string name, string value)
    {
        if (value.Length > 63 || !LabelName().IsMatch(value))
            problems.Add($"{name} '{value}' is no name of at most 63 small letters, digits and -");
    }

    private static void Subdomain(List<string> problems, string name, string value)
    {
        if (value.Length > 253 || !SubdomainName().IsMatch(value))
            problems.Add($"{name} '{value}' is no name of at most 253 small letters, digits, - and .");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // Kubernetes docs, "Object Names and IDs".
    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    private static partial Regex SubdomainName();
}
