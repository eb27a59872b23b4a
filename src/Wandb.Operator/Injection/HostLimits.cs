namespace Wandb.Operator.Injection;

/// <summary>Pods that cannot be given what they ask for, because of where they run.</summary>
internal static class HostLimits
{
    /// <summary>Annotation of a static pod's image in the API server.</summary>
    public const string MirrorKey = "kubernetes.io/config.mirror";

    private const string OsKey = "kubernetes.io/os";

    public static Problem Mirror { get; } = new(ProblemReasons.MirrorPod, "this is a static pod of a node; such pods may not use service-account tokens or Secrets");

    /// <summary>For any pod of ours.</summary>
    public static IEnumerable<Problem> Of(PodView pod)
    {
        if (pod.Annotations.ContainsKey(MirrorKey))
            yield return Mirror;
        if (IsWindows(pod))
            yield return new Problem(ProblemReasons.Windows, "this is a Windows pod; the agent runs on Linux only");
    }

    /// <summary>For one that is to get a native sidecar.</summary>
    public static IEnumerable<Problem> OfSidecar(PodView pod, NamespaceFacts facts)
    {
        foreach (var problem in Of(pod))
            yield return problem;
        if (facts.OldNodes.FirstOrDefault(node => MayRunOn(pod, node)) is { } old)
        {
            yield return new Problem(
                ProblemReasons.OldKubelet,
                $"it may land on node {old.Name}, whose kubelet {old.KubeletVersion} knows no native sidecars; 1.29 is the oldest version supported");
        }
        if (facts.HeldUpPod is { } heldUp)
        {
            yield return new Problem(
                ProblemReasons.NoSidecars,
                $"the API server makes ordinary init containers of native sidecars (feature gate SidecarContainers), so that the agent would hold up the pod, as it did pod {heldUp}; "
                + "switch the gate on, then start wandb-operator anew");
        }
    }

    private static bool IsWindows(PodView pod) =>
        JsonRead.Text(JsonRead.At(pod.Spec, "os", "name")) == "windows" || Selector(pod).GetValueOrDefault(OsKey) == "windows";

    // Affinities are not judged: a pod that might land there is left alone.
    private static bool MayRunOn(PodView pod, OldNode node) =>
        JsonRead.Text(pod.Spec["nodeName"]) is { } name
            ? name == node.Name
            : Selector(pod).All(wanted => node.Labels.GetValueOrDefault(wanted.Key) == wanted.Value)
                && node.Taints.All(taint => JsonRead.Objects(pod.Spec["tolerations"]).Any(taint.IsToleratedBy));

    private static IReadOnlyDictionary<string, string> Selector(PodView pod) => JsonRead.Texts(pod.Spec["nodeSelector"]);
}
