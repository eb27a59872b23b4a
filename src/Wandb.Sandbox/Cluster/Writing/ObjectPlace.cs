using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Writing;

/// <summary>Kind, name and namespace of a body against those of its path.</summary>
internal static class ObjectPlace
{
    /// <summary>Fills in what the path says; changes <paramref name="node"/>.</summary>
    public static ApiStatus? Settle(JsonObject node, WriteRequest request)
    {
        var kind = request.Kind;
        node.Default("apiVersion", kind.ApiVersion);
        node.Default("kind", kind.Kind);
        if (node.Text("kind") != kind.Kind || node.Text("apiVersion") != kind.ApiVersion)
        {
            return ApiStatus.BadRequest(
                $"the API version in the data ({node.Text("apiVersion")}, {node.Text("kind")}) does not match the expected API version ({kind.ApiVersion}, {kind.Kind})");
        }

        var metadata = node.Section("metadata");
        if (!kind.IsNamespaced)
        {
            metadata.Remove("namespace");
        }
        else if (string.IsNullOrEmpty(metadata.Text("namespace")))
        {
            metadata["namespace"] = request.Namespace;
        }

        return metadata.Text("namespace") is { } ns && ns != request.Namespace
            ? ApiStatus.BadRequest($"the namespace of the provided object does not match the namespace sent on the request ({request.Namespace} is not {ns})")
            : null;
    }

    public static ApiStatus? SameObject(JsonObject node, JsonObject before, WriteRequest request)
    {
        if (node.Name() != request.Name)
        {
            return ApiStatus.BadRequest($"the name of the object ({node.Name()}) does not match the name on the URL ({request.Name})");
        }

        return node.Uid() is { Length: > 0 } uid && uid != before.Uid()
            ? ApiStatus.Conflict(request.Kind, request.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.Uid()}")
            : null;
    }
}
