namespace Wandb.Operator.Injection;

/// <summary>Containers that other injectors put beside a trainer, by their names.</summary>
internal static class KnownSidecars
{
    /// <summary>Init containers of service meshes: the agent has a way out only after them.</summary>
    private static readonly HashSet<string> Proxies = new(StringComparer.Ordinal)
    {
        "istio-proxy", "istio-init", "istio-validation", "linkerd-proxy", "linkerd-init", "linkerd-network-validator", "kuma-sidecar", "kuma-init",
        "kuma-validation", "consul-dataplane", "consul-connect-inject-init", "consul-mesh-init", "envoy-sidecar", "proxy-init", "aws-appmesh-proxy-route-manager",
        "osm-init", "envoy",
    };

    private static readonly HashSet<string> Others = new(StringComparer.Ordinal)
    {
        "vault-agent", "otc-container", "daprd", "cloud-sql-proxy", "cloudsql-proxy", "queue-proxy", "gke-gcsfuse-sidecar", "fluent-bit", "fluentd",
        "datadog-agent", "oauth-proxy", "kube-rbac-proxy", "autoscaler", "secrets-store",
    };

    // The executor of Argo Workflows; "wait" alone is a name that a user may choose.
    private const string ArgoKey = "workflows.argoproj.io/workflow";
    private const string ArgoExecutor = "wait";

    /// <summary>Whether the agent must come after this init container.</summary>
    public static bool IsMeshProxy(string container) => Proxies.Contains(container);

    /// <summary>Whether the container is none that trains, whatever is asked for.</summary>
    public static bool IsKnown(PodView pod, string container) =>
        Proxies.Contains(container) || Others.Contains(container) || (container == ArgoExecutor && pod.Labels.ContainsKey(ArgoKey));
}
