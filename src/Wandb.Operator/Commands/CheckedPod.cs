using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Injection;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Commands;

/// <summary>
/// A pod that is asked for without being made (dry run): it names a WandbRun that is not there, so that the webhook leaves nothing but its label
/// on it. A label that is not there says that nobody asked us. Its native sidecar is there because the agent is one.
/// </summary>
internal static class CheckedPod
{
    private const string Name = "wandb-operator-check";

    /// <returns>Path, with the query that keeps it from being made.</returns>
    public static string Path(string @namespace) => $"/api/v1/namespaces/{Uri.EscapeDataString(@namespace)}/pods?dryRun=All";

    /// <returns>A pod that passes as restricted.</returns>
    public static JsonObject Manifest() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = Name, ["annotations"] = new JsonObject { [InjectionKeys.Run] = Name } },
        ["spec"] = new JsonObject
        {
            ["restartPolicy"] = "Never",
            ["automountServiceAccountToken"] = false,
            // No user is named: OpenShift has its own in each namespace, and the pod never runs.
            ["securityContext"] = new JsonObject
            {
                ["runAsNonRoot"] = true,
                ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
            },
            ["initContainers"] = new JsonArray(Sidecar()),
            ["containers"] = new JsonArray(Container("check")),
        },
    };

    /// <returns>Whether pods of the namespace reach the operator, and a sentence for people.</returns>
    public static (bool IsReached, string Sentence) Verdict(ApiOutcome answer, string @namespace) => answer switch
    {
        ApiOutcome.Done done when HasLabel(done.Body) && !HasSidecar(done.Body) => (
            false,
            $"the API server takes native sidecars for init containers (feature gate SidecarContainers): pods of namespace {@namespace} would wait for the agent and never train"),
        ApiOutcome.Done done when HasLabel(done.Body) => (true, $"pods of namespace {@namespace} reach the operator"),
        ApiOutcome.Done => (
            false,
            $"a pod of namespace {@namespace} did not reach the operator: the namespace is excluded, no replica is ready, or its caBundle is not there yet"),
        ApiOutcome.Refused refused => (false, $"the API server refused the pod: {refused.Refusal.Message}"),
        ApiOutcome.Failed failed => (false, $"no answer from the API server: {failed.Reason}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // Dropped by an API server that has the gate switched off, which it can be until 1.32.
    private static JsonObject Sidecar()
    {
        var container = Container("sidecar");
        container["restartPolicy"] = "Always";
        return container;
    }

    private static JsonObject Container(string name) => new()
    {
        ["name"] = name,
        ["image"] = Name,
        ["resources"] = new JsonObject
        {
            ["requests"] = new JsonObject { ["cpu"] = "10m", ["memory"] = "16Mi" },
            ["limits"] = new JsonObject { ["cpu"] = "10m", ["memory"] = "16Mi" },
        },
        ["securityContext"] = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
        },
    };

    private static bool HasSidecar(JsonElement pod) =>
        pod.TryGetProperty("spec", out var spec) && spec.TryGetProperty("initContainers", out var containers)
        && containers.EnumerateArray().Any(container => container.TryGetProperty("restartPolicy", out var policy) && policy.ValueEquals("Always"));

    private static bool HasLabel(JsonElement pod) =>
        pod.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("labels", out var labels) && labels.TryGetProperty(InjectionKeys.Run, out _);
}
