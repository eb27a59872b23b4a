using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>A taint of a node, and which pods it keeps away: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/.</summary>
internal sealed record NodeTaint(string Key, string Value, string Effect)
{
    private const string NoSchedule = "NoSchedule";

    // What a cordoned node gets from its controller a moment later.
    private static readonly NodeTaint Unschedulable = new("node.kubernetes.io/unschedulable", "", NoSchedule);

    // Set by the control plane while a node has a condition, such as not-ready: a pod that waits lands there when it is over.
    private static readonly string[] PassingPrefixes = ["node.kubernetes.io/", "node.cloudprovider.kubernetes.io/"];

    /// <returns>Those without whose toleration a pod is never bound to the node; what passes by itself is not among them.</returns>
    public static IReadOnlyList<NodeTaint> HardOnes(JsonObject node)
    {
        var taints = JsonRead.Objects(JsonRead.At(node, "spec", "taints")).Select(Read).Where(taint => taint.Effect is NoSchedule or "NoExecute" && !taint.Passes);
        return [.. JsonRead.At(node, "spec", "unschedulable") is JsonValue value && value.TryGetValue(out bool isCordoned) && isCordoned ? taints.Append(Unschedulable) : taints];
    }

    /// <param name="toleration">Of the pod. One with an operator that is not known is taken to tolerate.</param>
    public bool IsToleratedBy(JsonObject toleration)
    {
        var (key, effect) = (JsonRead.Text(toleration["key"]) ?? "", JsonRead.Text(toleration["effect"]) ?? "");
        return (key.Length == 0 || key == Key) && (effect.Length == 0 || effect == Effect)
            && (JsonRead.Text(toleration["operator"]) is not (null or "" or "Equal") || (JsonRead.Text(toleration["value"]) ?? "") == Value);
    }

    private bool Passes => Key != Unschedulable.Key && PassingPrefixes.Any(prefix => Key.StartsWith(prefix, StringComparison.Ordinal));

    private static NodeTaint Read(JsonObject taint) => new(JsonRead.Text(taint["key"]) ?? "", JsonRead.Text(taint["value"]) ?? "", JsonRead.Text(taint["effect"]) ?? "");
}
