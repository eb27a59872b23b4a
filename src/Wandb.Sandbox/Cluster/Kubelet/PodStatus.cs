using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Controllers;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>Phase, conditions and container statuses of a pod, from the states of its containers (getPhase of the kubelet).</summary>
internal static class PodStatus
{
    /// <summary>Writes the status into <paramref name="pod"/>.</summary>
    /// <param name="verdict">Why the kubelet ended the pod, such as Evicted; null when it did not.</param>
    public static void Write(JsonObject pod, IReadOnlyList<ContainerState> containers, PodVerdict? verdict, DateTimeOffset now)
    {
        var status = pod.Section("status");
        status["phase"] = Phase(containers, pod.Text("spec", "restartPolicy") ?? "Always", verdict);
        status["hostIP"] = "127.0.0.1";
        status["podIP"] = "127.0.0.1";
        status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = "127.0.0.1" });
        status.Default("startTime", KubeTime.Text(now));
        status["initContainerStatuses"] = new JsonArray([.. containers.Where(state => state.IsInit).Select(state => state.ToStatus(pod.Uid()))]);
        status["containerStatuses"] = new JsonArray([.. containers.Where(state => !state.IsInit).Select(state => state.ToStatus(pod.Uid()))]);
        if (verdict is not null)
        {
            status["reason"] = verdict.Reason;
            status["message"] = verdict.Message;
            Set(pod, "DisruptionTarget", true, "TerminationByKubelet", now);
        }

        var isInitialized = containers.Where(state => state.IsInit).All(state => state.IsSidecar ? state.IsRunning || state.Ended is not null : state.Ended is { ExitCode: 0 } && !state.IsRunning);
        var isOver = status.Text("phase") is "Succeeded" or "Failed";
        var isReady = !isOver && isInitialized && containers.Where(state => !state.IsInit || state.IsSidecar).All(state => state.IsRunning);
        var notReady = status.Text("phase") switch { "Succeeded" => "PodCompleted", "Failed" => "PodFailed", _ => "ContainersNotReady" };
        Set(pod, "PodReadyToStartContainers", !isOver, null, now);
        Set(pod, "Initialized", isInitialized, isInitialized ? (status.Text("phase") == "Succeeded" ? "PodCompleted" : null) : "ContainersNotInitialized", now);
        Set(pod, "Ready", isReady, isReady ? null : notReady, now);
        Set(pod, "ContainersReady", isReady, isReady ? null : notReady, now);
    }

    public static string Phase(IReadOnlyList<ContainerState> containers, string restartPolicy, PodVerdict? verdict)
    {
        var main = containers.Where(state => !state.IsInit).ToList();
        var isAllOver = containers.All(state => !state.IsRunning);
        if (verdict is not null)
        {
            return isAllOver ? "Failed" : "Running";
        }

        if (containers.Any(state => state is { IsInit: true, IsSidecar: false, IsFinal: true } && state.Ended?.ExitCode != 0))
        {
            return isAllOver ? "Failed" : "Pending";
        }

        if (main.TrueForAll(state => state.IsFinal))
        {
            // Sidecars end after the main containers; until then the pod is running.
            return !isAllOver ? "Running" : main.TrueForAll(state => state.Ended?.ExitCode == 0) ? "Succeeded" : "Failed";
        }

        return main.Exists(state => state.IsRunning || state.Ended is not null) || restartPolicy == "" ? "Running" : "Pending";
    }

    private static void Set(JsonObject pod, string type, bool holds, string? reason, DateTimeOffset now) => Conditions.Set(pod, new JsonObject
    {
        ["type"] = type,
        ["status"] = holds ? "True" : "False",
        ["reason"] = reason,
        ["lastTransitionTime"] = KubeTime.Text(now),
    });
}
