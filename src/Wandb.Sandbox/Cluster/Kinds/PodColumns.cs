using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kinds;

/// <summary>What kubectl get shows of pods: the rules of printPod in kubernetes/pkg/printers/internalversion.</summary>
internal static class PodColumns
{
    public static IReadOnlyList<PrinterColumn> All { get; } =
    [
        PrinterColumn.Text("Ready", Ready),
        PrinterColumn.Text("Status", Status),
        PrinterColumn.Text("Restarts", node => Restarts(node).ToString(CultureInfo.InvariantCulture)),
        PrinterColumn.Age,
        PrinterColumn.Wide("IP", node => node.Text("status", "podIP")),
        PrinterColumn.Wide("Node", node => node.Text("spec", "nodeName")),
        PrinterColumn.Wide("Nominated Node", _ => null),
        PrinterColumn.Wide("Readiness Gates", _ => null),
    ];

    private static string Ready(JsonObject pod)
    {
        var sidecars = Sidecars(pod);
        var statuses = pod.Objects("status", "containerStatuses").Concat(
            pod.Objects("status", "initContainerStatuses").Where(status => sidecars.Contains(status.Text("name"))));
        var total = pod.Objects("spec", "containers").Count() + sidecars.Count;
        return string.Create(CultureInfo.InvariantCulture, $"{statuses.Count(status => status.Flag("ready"))}/{total}");
    }

    private static string Status(JsonObject pod)
    {
        var reason = pod.Text("status", "reason") ?? pod.Text("status", "phase") ?? "Unknown";
        if (InitReason(pod) is { } initializing)
        {
            reason = initializing;
        }
        else
        {
            foreach (var status in pod.Objects("status", "containerStatuses").Reverse())
            {
                reason = ReasonOf(status) ?? reason;
            }

            // A pod that ended in part and still runs is shown as running.
            if (reason == "Completed" && pod.Objects("status", "containerStatuses").Any(status => status.At("state", "running") is not null))
            {
                reason = "Running";
            }
        }

        return pod.IsDeleting() && pod.Text("status", "phase") is not ("Succeeded" or "Failed") ? "Terminating" : reason;
    }

    private static string? InitReason(JsonObject pod)
    {
        var sidecars = Sidecars(pod);
        var total = pod.Objects("spec", "initContainers").Count();
        foreach (var (status, index) in pod.Objects("status", "initContainerStatuses").Select((status, index) => (status, index)))
        {
            if (status.Number("state", "terminated", "exitCode") == 0 || (sidecars.Contains(status.Text("name")) && status.Flag("started")))
            {
                continue;
            }

            return status.At("state", "terminated") is not null || status.Text("state", "waiting", "reason") is not (null or "PodInitializing")
                ? "Init:" + ReasonOf(status)
                : string.Create(CultureInfo.InvariantCulture, $"Init:{index}/{total}");
        }

        return null;
    }

    private static string? ReasonOf(JsonObject status)
    {
        if (status.Text("state", "waiting", "reason") is { } waiting)
        {
            return waiting;
        }

        if (status.At("state", "terminated") is not { } ended)
        {
            return null;
        }

        return ended.Text("reason") ?? (ended.Number("signal") is { } signal and not 0
            ? string.Create(CultureInfo.InvariantCulture, $"Signal:{signal}")
            : string.Create(CultureInfo.InvariantCulture, $"ExitCode:{ended.Number("exitCode")}"));
    }

    private static long Restarts(JsonObject pod)
    {
        var sidecars = Sidecars(pod);
        return pod.Objects("status", "containerStatuses").Sum(status => status.Number("restartCount") ?? 0)
            + pod.Objects("status", "initContainerStatuses").Where(status => sidecars.Contains(status.Text("name"))).Sum(status => status.Number("restartCount") ?? 0);
    }

    private static HashSet<string?> Sidecars(JsonObject pod) =>
        [.. pod.Objects("spec", "initContainers").Where(container => container.Text("restartPolicy") == "Always").Select(container => container.Text("name"))];
}
