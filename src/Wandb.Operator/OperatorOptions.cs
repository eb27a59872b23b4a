using Wandb.Contract;

namespace Wandb.Operator;

/// <summary>Every setting of <c>wandb-operator serve</c>. Each is the flag of its name, or the variable WANDB_OPERATOR_NAME; flags go before variables.</summary>
internal sealed record OperatorOptions
{
    public const string EnvironmentPrefix = "WANDB_OPERATOR_";

    /// <summary>Where the API server is; null: this is a pod of the cluster.</summary>
    public string? Kubeconfig { get; set; }

    /// <summary>The operator's own namespace: of its Service, its Secret and its Lease. Default: the pod's, or the kubeconfig's.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>Address to listen on; default <c>*</c>: all of them.</summary>
    public string Listen { get; set; } = "*";

    /// <summary>Port for admission and reports, TLS. 0: chosen by the system, and printed.</summary>
    public int HttpsPort { get; set; } = 8443;

    /// <summary>Port for <c>/healthz</c> and <c>/readyz</c>, without TLS. 0: chosen by the system, and printed.</summary>
    public int HealthPort { get; set; } = 8080;

    /// <summary>Name of the Service that leads here.</summary>
    public string Service { get; set; } = "wandb-operator";

    /// <summary>Port of the Service, for <see cref="ReportUrl"/>.</summary>
    public int ServicePort { get; set; } = 443;

    /// <summary>What agents are told; default: the Service.</summary>
    public string? ReportUrl { get; set; }

    /// <summary>Name of the MutatingWebhookConfiguration whose caBundle is kept; empty: there is none.</summary>
    public string WebhookConfiguration { get; set; } = "wandb-operator";

    /// <summary>Secret with the operator's own authority and certificate; it is made if it is not there.</summary>
    public string CertificateSecret { get; set; } = "wandb-operator-certificate";

    /// <summary>Directory with tls.crt, tls.key and ca.crt of somebody else, in place of <see cref="CertificateSecret"/>.</summary>
    public string? CertificateDirectory { get; set; }

    /// <summary>Whether the caBundle of the webhooks is written. Default: yes with our own authority, no with a directory, whose maker does it.</summary>
    public bool? WriteCaBundle { get; set; }

    /// <summary>Image of the agent where no layer of settings names one.</summary>
    public string AgentImage { get; set; } = "";

    /// <summary>Names of Secrets, in the namespaces of the pods, that the agent's image is pulled with.</summary>
    public IReadOnlyList<string> AgentPullSecrets { get; set; } = [];

    /// <summary>File, YAML or JSON, with the weakest layer of settings: fields as in a WandbProfile's spec.</summary>
    public string? Defaults { get; set; }

    /// <summary>Namespaces whose pods are injected and whose runs are looked after; empty: all.</summary>
    public IReadOnlyList<string> WatchNamespaces { get; set; } = [];

    /// <summary>Whether replicas elect a leader. Without it there may be one replica only.</summary>
    public bool LeaderElection { get; set; } = true;

    public string LeaseName { get; set; } = "wandb-operator";

    /// <summary>After so long without a sign of its holder another replica takes the lease. Seconds, 2 to 3600.</summary>
    public int LeaseDurationSeconds { get; set; } = 15;

    /// <summary>A holder that could not renew for so long stops to lead. Seconds, less than <see cref="LeaseDurationSeconds"/>.</summary>
    public int LeaseRenewDeadlineSeconds { get; set; } = 10;

    /// <summary>How often the lease is renewed or looked at. Seconds, less than <see cref="LeaseRenewDeadlineSeconds"/>.</summary>
    public int LeaseRetrySeconds { get; set; } = 2;

    /// <summary>Name of this replica. Default: the machine's.</summary>
    public string PodName { get; set; } = "";

    /// <summary>Address at which other replicas reach this one; null: reports are not passed on to it.</summary>
    public string? PodIp { get; set; }

    /// <summary>How long requests are still taken after SIGTERM, until no Service leads here any more. Seconds, 0 to 5.</summary>
    public int DrainSeconds { get; set; } = 3;

    /// <summary><c>debug</c>, <c>info</c>, <c>warning</c> or <c>error</c>.</summary>
    public string LogLevel { get; set; } = "info";

    /// <summary><c>text</c>, one line each, or <c>json</c>.</summary>
    public string LogFormat { get; set; } = "text";

    /// <summary>See <see cref="WriteCaBundle"/>.</summary>
    public bool WritesCaBundle => WriteCaBundle ?? CertificateDirectory is null;

    /// <summary>The name by which the API server and agents call the Service.</summary>
    public string ServiceHost => $"{Service}.{Namespace}.svc";

    /// <summary>See <see cref="ReportUrl"/>.</summary>
    public string EffectiveReportUrl => ReportUrl ?? new UriBuilder(Uri.UriSchemeHttps, ServiceHost, ServicePort, AgentPaths.ReportPath).Uri.AbsoluteUri;

    /// <summary>What the certificate must be good for: the Service, and the host of <see cref="ReportUrl"/>.</summary>
    public IReadOnlyList<string> CertificateNames =>
        [.. new[] { ServiceHost, new Uri(EffectiveReportUrl).IdnHost.Trim('[', ']') }.Distinct(StringComparer.OrdinalIgnoreCase)];
}
