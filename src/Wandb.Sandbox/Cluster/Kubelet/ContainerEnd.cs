using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">128 + signal for a process that a signal ended, as container runtimes tell it.</param>
/// <param name="Reason">Completed, Error, OOMKilled or StartError.</param>
internal sealed record ContainerEnd(int ExitCode, string Reason, DateTimeOffset StartedAt, DateTimeOffset FinishedAt)
{
    public JsonObject ToJson(string containerId) => new()
    {
        ["exitCode"] = ExitCode,
        ["reason"] = Reason,
        ["startedAt"] = KubeTime.Text(StartedAt),
        ["finishedAt"] = KubeTime.Text(FinishedAt),
        ["containerID"] = containerId,
    };
}
