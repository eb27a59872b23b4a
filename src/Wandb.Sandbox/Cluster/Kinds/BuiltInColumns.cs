using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kinds;

/// <summary>What kubectl get shows of the kinds that are built in.</summary>
internal static class BuiltInColumns
{
    public static IReadOnlyList<PrinterColumn> Namespaces { get; } = [PrinterColumn.Text("Status", node => node.Text("status", "phase")), PrinterColumn.Age];

    public static IReadOnlyList<PrinterColumn> Events { get; } =
    [
        new("Last Seen", "string", 0, (node, now) => PrinterColumn.AgeOf(
            node.Text("series", "lastObservedTime") ?? node.Text("lastTimestamp") ?? node.Text("eventTime") ?? node.Text("metadata", "creationTimestamp"), now)),
        PrinterColumn.Text("Type", node => node.Text("type")),
        PrinterColumn.Text("Reason", node => node.Text("reason")),
        PrinterColumn.Text("Object", node => EventObject(node)),
        PrinterColumn.Text("Message", node => (node.Text("message") ?? node.Text("note"))?.Trim()),
    ];

    public static IReadOnlyList<PrinterColumn> Secrets { get; } =
        [PrinterColumn.Text("Type", node => node.Text("type")), PrinterColumn.Text("Data", node => Count(node.At("data"))), PrinterColumn.Age];

    public static IReadOnlyList<PrinterColumn> ConfigMaps { get; } = [PrinterColumn.Text("Data", node => Count(node.At("data"))), PrinterColumn.Age];

    public static IReadOnlyList<PrinterColumn> Services { get; } =
    [
        PrinterColumn.Text("Type", node => node.Text("spec", "type")),
        PrinterColumn.Text("Cluster-IP", node => node.Text("spec", "clusterIP") ?? "<none>"),
        PrinterColumn.Text("External-IP", _ => "<none>"),
        PrinterColumn.Text("Port(s)", node => string.Join(',', node.Objects("spec", "ports").Select(port => $"{port["port"]}/{port.Text("protocol") ?? "TCP"}"))),
        PrinterColumn.Age,
    ];

    public static IReadOnlyList<PrinterColumn> Nodes { get; } =
    [
        PrinterColumn.Text("Status", node => node.Objects("status", "conditions").FirstOrDefault(item => item.Text("type") == "Ready").Text("status") switch
        {
            "True" => "Ready",
            "False" => "NotReady",
            _ => "NotReady",
        }),
        PrinterColumn.Text("Roles", _ => "<none>"),
        PrinterColumn.Age,
        PrinterColumn.Text("Version", node => node.Text("status", "nodeInfo", "kubeletVersion")),
    ];

    public static IReadOnlyList<PrinterColumn> Claims { get; } =
        [PrinterColumn.Text("Status", node => node.Text("status", "phase")), PrinterColumn.Text("StorageClass", node => node.Text("spec", "storageClassName")), PrinterColumn.Age];

    public static IReadOnlyList<PrinterColumn> Leases { get; } = [PrinterColumn.Text("Holder", node => node.Text("spec", "holderIdentity")), PrinterColumn.Age];

    public static IReadOnlyList<PrinterColumn> Definitions { get; } = [PrinterColumn.Text("Created At", node => node.Text("metadata", "creationTimestamp"))];

    public static IReadOnlyList<PrinterColumn> Webhooks { get; } =
        [new("Webhooks", "integer", 0, (node, _) => node.Objects("webhooks").Count()), PrinterColumn.Age];

    public static IReadOnlyList<PrinterColumn> Jobs { get; } =
    [
        PrinterColumn.Text("Status", JobStatus),
        PrinterColumn.Text("Completions", node => string.Create(
            CultureInfo.InvariantCulture, $"{node.Number("status", "succeeded") ?? 0}/{node.Number("spec", "completions") ?? node.Number("spec", "parallelism") ?? 1}")),
        new("Duration", "string", 0, (node, now) => JobDuration(node, now)),
        PrinterColumn.Age,
    ];

    public static IReadOnlyList<PrinterColumn> Deployments { get; } =
    [
        PrinterColumn.Text("Ready", node => string.Create(
            CultureInfo.InvariantCulture, $"{node.Number("status", "readyReplicas") ?? 0}/{node.Number("spec", "replicas") ?? 1}")),
        new("Up-to-date", "integer", 0, (node, _) => node.Number("status", "updatedReplicas") ?? 0),
        new("Available", "integer", 0, (node, _) => node.Number("status", "availableReplicas") ?? 0),
        PrinterColumn.Age,
    ];

    private static string JobStatus(JsonObject job)
    {
        var holding = job.Objects("status", "conditions").Where(item => item.Text("status") == "True").Select(item => item.Text("type")).ToHashSet();
        return holding.Contains("Complete") ? "Complete"
            : holding.Contains("Failed") ? "Failed"
            : job.IsDeleting() ? "Terminating"
            : holding.Contains("Suspended") ? "Suspended"
            : holding.Contains("FailureTarget") ? "FailureTarget"
            : holding.Contains("SuccessCriteriaMet") ? "SuccessCriteriaMet"
            : "Running";
    }

    private static string? JobDuration(JsonObject job, DateTimeOffset now) =>
        KubeTime.Parse(job.Text("status", "startTime")) is { } start
            ? HumanDuration.Of((KubeTime.Parse(job.Text("status", "completionTime")) ?? now) - start)
            : null;

    private static string EventObject(JsonObject node)
    {
        var about = node.At("involvedObject") ?? node.At("regarding");
        return $"{about.Text("kind")?.ToLowerInvariant()}/{about.Text("name")}";
    }

    private static string Count(JsonNode? map) => ((map as JsonObject)?.Count ?? 0).ToString(CultureInfo.InvariantCulture);
}
