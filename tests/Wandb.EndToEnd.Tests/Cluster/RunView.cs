using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>A WandbRun as its readers see it.</summary>
internal sealed record RunView(JsonNode Node)
{
    public string? Phase => Node.Text("status", "phase");

    public IReadOnlyList<JsonObject> Runs => [.. Node.Objects("status", "runs")];

    /// <summary>The only run of a pod; null: there is none.</summary>
    public JsonObject? Of(string pod) => Runs.SingleOrDefault(entry => entry.Text("pod") == pod);

    public IReadOnlyList<JsonObject> Groups => [.. Node.Objects("status", "groups")];

    public IReadOnlyList<JsonObject> Missed => [.. Node.Objects("status", "missed")];

    /// <summary>The status of a condition and its reason, e.g. <c>True AllSynced</c>; <c>none</c> when it is not there.</summary>
    public string Condition(string type) =>
        Node.Objects("status", "conditions").SingleOrDefault(condition => condition.Text("type") == type) is { } found
            ? $"{found.Text("status")} {found.Text("reason")}"
            : "none";

    /// <summary>All of them, as in <c>Synced=True AllSynced, …</c>, in the order in which they stand there.</summary>
    public string Conditions => string.Join(", ", Node.Objects("status", "conditions").Select(condition => $"{condition.Text("type")}={Condition(condition.Text("type")!)}"));

    public long Count(string name) => Node.Number("status", "counts", name) ?? 0;

    public bool Is(string type) => Scenario.HasCondition(Node, type);

    public override string ToString() => Node["status"]?.ToJsonString() ?? "no status";
}
