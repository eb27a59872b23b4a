using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>The agent's variables; see <see cref="AgentEnvironment"/>.</summary>
internal static class AgentVariables
{
    // Between the agent's own end and the kubelet's SIGKILL: the last report and the end of the process.
    private const int GraceMarginSeconds = 2;

    // The agent refuses more.
    private const int MaxGraceSeconds = 86_400;

    // .NET reads every file of these directories beside the system's own bundle.
    private const string CertificateDirectories = "SSL_CERT_DIR";
    private const string SystemCertificates = "/etc/ssl/certs";

    // A run that is followed makes up to two spans a second, and there may be thousands.
    private const string TracedShare = "0.01";

    // The instance tells agents apart where a collector makes series of their metrics: namespace, pod and container, as OpenTelemetry's own operator has it.
    private const string TelemetryResource =
        $"service.instance.id=$({AgentEnvironment.PodNamespace}).$({AgentEnvironment.PodName}).{AgentSidecar.ContainerName},"
        + $"k8s.namespace.name=$({AgentEnvironment.PodNamespace}),k8s.pod.name=$({AgentEnvironment.PodName}),"
        + $"k8s.pod.uid=$({AgentEnvironment.PodUid}),k8s.node.name=$({AgentEnvironment.NodeName})";

    public static IReadOnlyList<(string Name, EnvValue Value)> For(
        InjectionSubject subject, IReadOnlyList<ContainerView> chosen, RunDirectories directories, RunAdditions? additions, int graceSeconds, bool sharesTmp)
    {
        var settings = subject.Settings;
        var variables = new Variables();
        variables.Add(AgentEnvironment.PodNamespace, new EnvValue.Field("metadata.namespace"));
        variables.Add(AgentEnvironment.PodName, new EnvValue.Field("metadata.name"));
        variables.Add(AgentEnvironment.PodUid, new EnvValue.Field("metadata.uid"));
        variables.Add(AgentEnvironment.NodeName, new EnvValue.Field("spec.nodeName"));
        Controller(variables, subject);
        variables.Add(AgentEnvironment.Roots, new EnvValue.Expression(string.Join(':', directories.Roots)));
        variables.Text(AgentEnvironment.Containers, string.Join(',', chosen.Select(container => container.Name)));
        variables.Text(AgentEnvironment.Images, Json(chosen.Select(container => (container.Name, container.Image))));
        if (settings.NameTemplate is { } template)
            Labels(variables, subject.Pod, template.Value);
        variables.Text(AgentEnvironment.StateDirectory, AgentPaths.State);
        variables.Text(AgentEnvironment.Mode, settings.Mode.Value == RunMode.Offline ? "offline" : "online");
        variables.Text(AgentEnvironment.SyncPolicy, (settings.SyncPolicy?.Value ?? SyncPolicy.Live).ToString());
        variables.Text(AgentEnvironment.GraceSeconds, Number(Math.Clamp(graceSeconds - GraceMarginSeconds, 0, MaxGraceSeconds)));
        variables.Text(AgentEnvironment.Storage, directories.OutlivePod && !sharesTmp ? AgentEnvironment.KeptStorage : null);
        variables.Text(AgentEnvironment.TemporaryDirectory, sharesTmp ? directories.Tmp : null);
        variables.Text(AgentEnvironment.DeleteAfter, settings.DeleteAfter?.Value);
        variables.Text(AgentEnvironment.LogLevel, settings.LogLevel?.Value);
        variables.Text(AgentEnvironment.RunAdditions, additions is null ? null : PlanAdditions.Text(additions));
        Server(variables, subject);
        Telemetry(variables, settings);
        Reports(variables, subject.Defaults);
        return variables.List;
    }

    /// <summary>For <c>wandb-agent sync</c> in a pod of its own.</summary>
    /// <param name="root">Mount path of the claim.</param>
    public static IReadOnlyList<(string Name, EnvValue Value)> ForDrain(InjectionSubject subject, string root)
    {
        var variables = new Variables();
        variables.Text(AgentEnvironment.Roots, root);
        Server(variables, subject);
        Reports(variables, subject.Defaults);
        return variables.List;
    }

    private static void Controller(Variables variables, InjectionSubject subject)
    {
        if (subject.Owners is [var owner, ..])
        {
            variables.Text(AgentEnvironment.OwnerKind, owner.Kind);
            variables.Text(AgentEnvironment.OwnerName, owner.Name);
            variables.Text(AgentEnvironment.ExitStatus, owner.JudgesAnyContainer ? AgentEnvironment.ZeroExitStatus : null);
        }
        variables.Text(AgentEnvironment.CompletionIndex, subject.Index.Completion is { } index ? Number(index) : null);
    }

    private static void Labels(Variables variables, PodView pod, string template)
    {
        var labels = RunName.Labels(template).Distinct(StringComparer.Ordinal).Where(pod.Labels.ContainsKey).ToList();
        if (labels.Count > 0)
            variables.Text(AgentEnvironment.Labels, Json(labels.Select(label => (label, pod.Labels[label]))));
    }

    private static void Server(Variables variables, InjectionSubject subject)
    {
        var settings = subject.Settings;
        variables.Text("WANDB_BASE_URL", settings.BaseUrl?.Value);
        variables.Text("WANDB_ENTITY", settings.Entity?.Value);
        variables.Text("WANDB_PROJECT", settings.Project?.Value);
        if (settings is { Mode.Value: RunMode.Offline, ApiKeySecretRef: not null })
            variables.Text(AgentEnvironment.ApiKeyFile, $"{AgentPaths.ApiKey}/{RunVolumes.KeyFile}");
        if (settings.CaBundle is not null)
            variables.Text(CertificateDirectories, $"{AgentPaths.ServerCa}:{SystemCertificates}");
        if (settings.Proxy is not { Value: var proxy })
            return;
        variables.Text("HTTP_PROXY", proxy.HttpProxy);
        variables.Text("HTTPS_PROXY", proxy.HttpsProxy);
        variables.Text("NO_PROXY", NoProxy(proxy, settings.OtlpEndpoint?.Value, subject.Defaults.ReportUrl));
    }

    /// <summary>The names are OpenTelemetry's: https://opentelemetry.io/docs/specs/otel/protocol/exporter/.</summary>
    private static void Telemetry(Variables variables, EffectiveSettings settings)
    {
        if (settings.OtlpEndpoint is not { } endpoint)
            return;
        variables.Text("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.Value);
        variables.Add("OTEL_RESOURCE_ATTRIBUTES", new EnvValue.Expression(TelemetryResource));
        variables.Text("OTEL_TRACES_SAMPLER", "traceidratio");
        variables.Text("OTEL_TRACES_SAMPLER_ARG", TracedShare);
    }

    private static void Reports(Variables variables, OperatorDefaults defaults)
    {
        if (defaults.ReportUrl is not { } url)
            return;
        variables.Text(AgentEnvironment.ReportUrl, url);
        variables.Text(AgentEnvironment.ReportTokenFile, $"{AgentPaths.Token}/{ProjectedToken.FileName}");
        variables.Text(AgentEnvironment.ReportCa, defaults.ReportCa);
    }

    // Reports stay inside the cluster whatever the proxy is, and the proxy is the way to the W&B server alone.
    private static string NoProxy(ProxySettings proxy, params string?[] direct)
    {
        var hosts = new List<string>();
        if (!string.IsNullOrEmpty(proxy.NoProxy))
            hosts.Add(proxy.NoProxy);
        foreach (var url in direct)
        {
            if (Uri.TryCreate(url, UriKind.Absolute, out var address))
                hosts.Add(address.Host);
        }
        hosts.Add(".svc");
        return string.Join(',', hosts);
    }

    private static string Json(IEnumerable<(string Name, string Value)> pairs)
    {
        var json = new JsonObject();
        foreach (var (name, value) in pairs)
            json[name] = value;
        return json.ToJsonString();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Variables
    {
        public List<(string Name, EnvValue Value)> List { get; } = [];

        public void Add(string name, EnvValue value) => List.Add((name, value));

        public void Text(string name, string? value)
        {
            if (value is not null)
                Add(name, new EnvValue.Text(value));
        }
    }
}
