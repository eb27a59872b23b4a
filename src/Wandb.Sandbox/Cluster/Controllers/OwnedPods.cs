using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>Pods that a controller makes of its object's template, and takes away.</summary>
/// <param name="component">Of the events.</param>
internal sealed class OwnedPods(ClusterParts parts, string component)
{
    /// <summary>When to look again after a pod was refused.</summary>
    public static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(1);

    private readonly EventWriter events = new(parts, component);

    public IReadOnlyList<JsonObject> Of(JsonObject owner) =>
        [.. parts.Store.List(BuiltInKinds.Pods.Id, owner.Namespace()).Objects.Where(pod => pod.Owners.Contains(owner.Uid())).Select(pod => pod.Parse())];

    /// <returns>False: it was refused, which an event says.</returns>
    public async Task<bool> CreateAsync(JsonObject owner, JsonObject pod, CancellationToken cancellationToken)
    {
        var request = new WriteRequest(BuiltInKinds.Pods, owner.Namespace(), "", "", "kube-controller-manager");
        var created = await parts.Writes.CreateAsync(request, pod, cancellationToken);
        if (created is ApiResult.Refused refused)
        {
            await events.WriteAsync(owner, "Warning", "FailedCreate", $"Error creating: {refused.Status.Message}", cancellationToken);
            return false;
        }

        await events.WriteAsync(owner, "Normal", "SuccessfulCreate", $"Created pod: {((ApiResult.Done)created).Body.Name()}", cancellationToken);
        return true;
    }

    public void Delete(JsonObject pod) => parts.Deletion.Delete(BuiltInKinds.Pods, pod.Namespace(), pod.Name(), DeleteOptions.Default, isDryRun: false);

    /// <param name="prefix">Of the pod's name; the rest is random.</param>
    public static JsonObject FromTemplate(JsonObject owner, string prefix)
    {
        var template = owner.At("spec", "template");
        var pod = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = (template.At("metadata") as JsonObject)?.Copy() ?? [],
            ["spec"] = template.At("spec")?.DeepClone(),
        };
        var metadata = pod.Section("metadata");
        metadata.Remove("name");
        metadata.Remove("creationTimestamp");
        metadata["generateName"] = prefix;
        metadata["namespace"] = owner.Namespace();
        metadata["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = owner.Text("apiVersion"),
            ["kind"] = owner.Text("kind"),
            ["name"] = owner.Name(),
            ["uid"] = owner.Uid(),
            ["controller"] = true,
            ["blockOwnerDeletion"] = true,
        });
        return pod;
    }
}
