using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>core/v1 Events of the cluster's own parts.</summary>
internal sealed class EventWriter(ClusterParts parts, string component)
{
    /// <param name="about">The whole object that it is about.</param>
    public async Task WriteAsync(JsonObject about, string type, string reason, string message, CancellationToken cancellationToken)
    {
        var now = KubeTime.Text(parts.Time.GetUtcNow());
        var node = new JsonObject
        {
            ["metadata"] = new JsonObject { ["generateName"] = about.Name() + "." },
            ["involvedObject"] = new JsonObject
            {
                ["kind"] = about.Text("kind"),
                ["namespace"] = about.Namespace(),
                ["name"] = about.Name(),
                ["uid"] = about.Uid(),
                ["apiVersion"] = about.Text("apiVersion"),
                ["resourceVersion"] = about.Text("metadata", "resourceVersion"),
            },
            ["type"] = type,
            ["reason"] = reason,
            ["message"] = message,
            ["source"] = new JsonObject { ["component"] = component },
            ["reportingComponent"] = component,
            ["reportingInstance"] = "",
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
        };
        await parts.Writes.CreateAsync(new WriteRequest(BuiltInKinds.Events, about.Namespace(), "", "", component), node, cancellationToken);
    }
}
