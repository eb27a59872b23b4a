using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>The agent as a native sidecar: an init container that is restarted always. It has no probes, which could hold up the training.</summary>
internal static class AgentSidecar
{
    public const string ContainerName = "wandb-operator-agent";

    /// <summary>Member of a container.</summary>
    public const string RestartPolicy = "restartPolicy";

    public const string Always = "Always";

    public static JsonObject Container(AgentPlan plan)
    {
        var env = new JsonArray();
        foreach (var entry in plan.CopiedVariables)
            env.Add(entry.DeepClone());
        foreach (var (name, value) in plan.Variables)
            env.Add(value.ToEntry(name));
        return new JsonObject
        {
            ["name"] = ContainerName,
            ["image"] = plan.Image,
            ["args"] = new JsonArray("run"),
            [RestartPolicy] = Always,
            ["env"] = env,
            ["resources"] = plan.Resources.ToJson(),
            ["securityContext"] = plan.User.ToJson(),
            // What it says last is what a person sees in `kubectl describe`.
            ["terminationMessagePolicy"] = "FallbackToLogsOnError",
            ["volumeMounts"] = new JsonArray([.. plan.Mounts.Select(mount => mount.DeepClone())]),
        };
    }

    /// <summary>Place among the init containers: first, unless a mesh proxy must come before it.</summary>
    public static int Place(PodView pod)
    {
        var last = pod.InitContainers.Where(container => KnownSidecars.IsMeshProxy(container.Name)).Select(container => container.Index).DefaultIfEmpty(-1).Max();
        return last + 1;
    }

    /// <returns>Null: it is not in the pod.</returns>
    public static ContainerView? In(PodView pod) => pod.InitContainers.FirstOrDefault(container => container.Name == ContainerName);

    /// <summary>
    /// Somebody has dropped what makes a sidecar of it: an older client or a webhook that does not know the field, or an API server (feature gate
    /// SidecarContainers, which may be switched off until 1.32). The pod waits for its end, which does not come.
    /// https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    /// </summary>
    /// <param name="agent">The agent's container, as the API server shows it.</param>
    public static bool HoldsUp(JsonObject agent) => JsonRead.Text(agent[RestartPolicy]) != Always;
}
