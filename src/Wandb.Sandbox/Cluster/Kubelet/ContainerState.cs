using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>What is known of one container. A new value with every change.</summary>
/// <param name="Waiting">Reason why it does not run; null while it runs or has ended.</param>
/// <param name="StartedAt">Of the process that runs now; null when none does.</param>
/// <param name="Ended">How the latest process ended, for good or until the next start.</param>
/// <param name="IsFinal">It will not be started again.</param>
internal sealed record ContainerState(
    string Name, string Image, bool IsInit, bool IsSidecar, int Restarts, string? Waiting, DateTimeOffset? StartedAt, ContainerEnd? Ended, bool IsFinal)
{
    public string? Message { get; init; }

    public bool IsRunning => StartedAt is not null;

    public static ContainerState Of(JsonObject container, bool isInit) => new(
        container.Text("name") ?? "", container.Text("image") ?? "", isInit, isInit && container.Text("restartPolicy") == "Always",
        0, "PodInitializing", null, null, false);

    public JsonObject ToStatus(string podUid)
    {
        var id = $"process://{podUid}/{Name}/{Restarts}";
        var status = new JsonObject
        {
            ["name"] = Name,
            ["image"] = Image,
            ["imageID"] = "",
            ["restartCount"] = Restarts,
            ["started"] = IsRunning,
            ["ready"] = IsRunning || (IsInit && !IsSidecar && IsFinal && Ended?.ExitCode == 0),
            ["state"] = new JsonObject(),
            ["lastState"] = new JsonObject(),
        };
        if (IsRunning || Ended is not null)
        {
            status["containerID"] = id;
        }

        status["state"] = IsRunning ? new JsonObject { ["running"] = new JsonObject { ["startedAt"] = KubeTime.Text(StartedAt!.Value) } }
            : Ended is not null && Waiting is null ? new JsonObject { ["terminated"] = Ended.ToJson(id) }
            : new JsonObject { ["waiting"] = Message is null ? new JsonObject { ["reason"] = Waiting } : new JsonObject { ["reason"] = Waiting, ["message"] = Message } };
        if (Ended is not null && (IsRunning || Waiting is not null))
        {
            status["lastState"] = new JsonObject { ["terminated"] = Ended.ToJson($"process://{podUid}/{Name}/{Math.Max(0, Restarts - 1)}") };
        }

        return status;
    }
}
