using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kinds;

/// <summary>One column of kubectl get.</summary>
/// <param name="Type">string, integer, number, boolean or date.</param>
/// <param name="Priority">0: always; larger: only with -o wide.</param>
/// <param name="Value">The cell of an object; null is shown as nothing.</param>
internal sealed record PrinterColumn(string Name, string Type, int Priority, Func<JsonObject, DateTimeOffset, JsonNode?> Value)
{
    public string Description { get; init; } = "";

    public static PrinterColumn Age { get; } = Date("Age", "metadata", "creationTimestamp");

    public static PrinterColumn Text(string name, Func<JsonObject, string?> value) => new(name, "string", 0, (node, _) => value(node));

    public static PrinterColumn Wide(string name, Func<JsonObject, string?> value) => new(name, "string", 1, (node, _) => value(node) ?? "<none>");

    public static PrinterColumn Date(string name, params string[] path) => new(name, "string", 0, (node, now) => AgeOf(node.Text(path), now));

    /// <summary>A date as kubectl shows it.</summary>
    public static string AgeOf(string? time, DateTimeOffset now) =>
        KubeTime.Parse(time) is { } then ? HumanDuration.Of(now - then) : "<unknown>";
}
