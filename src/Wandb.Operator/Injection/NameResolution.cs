namespace Wandb.Operator.Injection;

/// <summary>
/// Whether the agent finds the names of Services, whoever resolves those of its pod: the cluster's DNS or the node's. The pod's dnsPolicy is not ours to set. Rules:
/// https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy.
/// </summary>
internal static class NameResolution
{
    private const string WithHostNetwork = "ClusterFirstWithHostNet";

    /// <summary>Empty, or one. With dnsPolicy <c>None</c> the pod names its resolvers, which may well be the cluster's.</summary>
    public static IEnumerable<Problem> Warnings(InjectionSubject subject)
    {
        var policy = JsonRead.Text(subject.Pod.Spec["dnsPolicy"]) ?? "ClusterFirst";
        var isOfHost = JsonRead.IsTrue(subject.Pod.Spec["hostNetwork"]);
        if (policy != "Default" && !(isOfHost && policy == "ClusterFirst"))
            yield break;
        var settings = subject.Settings;
        var operatorHost = HostOf(subject.Defaults.ReportUrl);
        var hosts = new[] { settings.BaseUrl?.Value, settings.Proxy?.Value.HttpProxy, settings.Proxy?.Value.HttpsProxy, settings.OtlpEndpoint?.Value }
            .Select(HostOf)
            .Prepend(operatorHost)
            .Where(IsOfCluster)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (hosts.Count == 0)
            yield break;
        yield return new Problem(
            ProblemReasons.Limited,
            $"{(isOfHost ? "hostNetwork with " : "")}dnsPolicy {policy} leaves names to the node, which as a rule does not know {string.Join(", ", hosts)}: the agent does not get there"
            + (IsOfCluster(operatorHost) ? "; without the operator nobody is told of the runs, and a run whose trainer was killed stays open" : "")
            + $". Set dnsPolicy: {(isOfHost ? WithHostNetwork : "ClusterFirst")}");
    }

    private static string HostOf(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.Host : "";

    // service.namespace.svc, with or without the cluster's own domain behind it.
    private static bool IsOfCluster(string host) => host.EndsWith(".svc", StringComparison.Ordinal) || host.Contains(".svc.", StringComparison.Ordinal);
}
