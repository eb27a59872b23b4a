using System.Globalization;

namespace Wandb.Operator.Commands;

/// <summary>One setting of <c>serve</c>: a flag, and the variable of its name.</summary>
/// <param name="Name">Of the flag, without dashes: "https-port".</param>
/// <param name="ValueName">For the help: "PORT".</param>
/// <param name="IsList">The flag may be repeated; the variable has commas.</param>
/// <param name="Apply">Puts the text into the options; returns what is wrong with it, or null.</param>
internal sealed record ServeSetting(string Name, string ValueName, string Help, bool IsList, Func<OperatorOptions, string, string?> Apply)
{
    /// <summary>WANDB_OPERATOR_HTTPS_PORT.</summary>
    public string Variable => OperatorOptions.EnvironmentPrefix + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>In the order of the help.</summary>
    public static IReadOnlyList<ServeSetting> All { get; } =
    [
        Text("kubeconfig", "FILE", "Where the API server is. Without it: the service account of the pod that this runs in.", (options, value) => options.Kubeconfig = value),
        Text("namespace", "NAME", "The operator's own namespace. Default: the pod's, or the kubeconfig's.", (options, value) => options.Namespace = value),
        Text("listen", "ADDRESS", "Address to listen on. Default: *, all of them.", (options, value) => options.Listen = value),
        Number("https-port", "PORT", "Admission reviews and reports, TLS. 0: a free one, which is printed. Default: 8443.", (options, value) => options.HttpsPort = value),
        Number("health-port", "PORT", "/healthz and /readyz. 0: a free one, which is printed. Default: 8080.", (options, value) => options.HealthPort = value),
        Text("service", "NAME", "The Service that leads here. Default: wandb-operator.", (options, value) => options.Service = value),
        Number("service-port", "PORT", "Port of the Service. Default: 443.", (options, value) => options.ServicePort = value),
        Text("report-url", "URL", "Where agents send their reports. Default: the Service.", (options, value) => options.ReportUrl = value),
        Text("webhook-configuration", "NAME", "The MutatingWebhookConfiguration whose caBundle is kept right; empty: none. Default: wandb-operator.", (options, value) => options.WebhookConfiguration = value),
        Text("certificate-secret", "NAME", "Secret of the own namespace with the own authority; made if it is not there. Default: wandb-operator-certificate.", (options, value) => options.CertificateSecret = value),
        Text("certificate-directory", "DIR", "A directory with tls.crt, tls.key and ca.crt, e.g. of cert-manager, in place of the own authority.", (options, value) => options.CertificateDirectory = value),
        Bool("write-ca-bundle", "Whether the caBundle is written. Default: true with the own authority, false with a directory.", (options, value) => options.WriteCaBundle = value),
        Text("agent-image", "IMAGE", "Image of the agent where nothing else names one.", (options, value) => options.AgentImage = value),
        List("agent-pull-secret", "NAME", "Secret, in the namespace of each pod, that the agent's image is pulled with.", (options, value) => options.AgentPullSecrets = [.. options.AgentPullSecrets, value]),
        Text("defaults", "FILE", "The weakest layer of settings, YAML or JSON: fields as in a WandbProfile's spec.", (options, value) => options.Defaults = value),
        List("watch-namespace", "NAME", "A namespace whose pods are injected. Default: all of them.", (options, value) => options.WatchNamespaces = [.. options.WatchNamespaces, value]),
        Bool("leader-election", "Whether replicas elect a leader; false: there is one replica only. Default: true.", (options, value) => options.LeaderElection = value),
        Text("lease-name", "NAME", "Lease of the own namespace by which they do. Default: wandb-operator.", (options, value) => options.LeaseName = value),
        Number("lease-duration-seconds", "N", "After so long without a sign of the leader another one takes over. Default: 15.", (options, value) => options.LeaseDurationSeconds = value),
        Number("lease-renew-deadline-seconds", "N", "A leader that could not renew for so long stops to lead. Default: 10.", (options, value) => options.LeaseRenewDeadlineSeconds = value),
        Number("lease-retry-seconds", "N", "How often the lease is renewed or looked at. Default: 2.", (options, value) => options.LeaseRetrySeconds = value),
        Text("pod-name", "NAME", "Name of this replica. Default: the machine's.", (options, value) => options.PodName = value),
        Text("pod-ip", "ADDRESS", "Where other replicas reach this one.", (options, value) => options.PodIp = value),
        Number("drain-seconds", "N", "How long requests are still taken after SIGTERM. Default: 3.", (options, value) => options.DrainSeconds = value),
        Text("log-level", "LEVEL", "debug, info, warning or error. Default: info.", (options, value) => options.LogLevel = value),
        Text("log-format", "FORMAT", "text or json. Default: text.", (options, value) => options.LogFormat = value),
    ];

    private static ServeSetting Text(string name, string valueName, string help, Action<OperatorOptions, string> set) =>
        new(name, valueName, help, false, (options, value) =>
        {
            set(options, value);
            return null;
        });

    private static ServeSetting List(string name, string valueName, string help, Action<OperatorOptions, string> set) =>
        Text(name, valueName, help, set) with { IsList = true };

    private static ServeSetting Number(string name, string valueName, string help, Action<OperatorOptions, int> set) =>
        new(name, valueName, help, false, (options, value) =>
        {
            if (!int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                return $"{name} '{value}' is no whole number";
            set(options, number);
            return null;
        });

    private static ServeSetting Bool(string name, string help, Action<OperatorOptions, bool> set) =>
        new(name, "true|false", help, false, (options, value) =>
        {
            if (!bool.TryParse(value, out var truth))
                return $"{name} '{value}' is neither true nor false";
            set(options, truth);
            return null;
        });
}
