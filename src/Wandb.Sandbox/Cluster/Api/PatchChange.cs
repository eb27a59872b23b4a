using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Patching;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>The body of a PATCH as a change of an object, by its content type.</summary>
internal static class PatchChange
{
    public const string Apply = "application/apply-patch+yaml";
    private const string Supported = "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, " + Apply;

    /// <param name="isForced">Of an apply: conflicts are won.</param>
    public static ChangeResult Of(string contentType, JsonNode patch, JsonObject node, WriteRequest request, bool isForced, string time)
    {
        switch (contentType, patch)
        {
            case ("application/json-patch+json", JsonArray operations):
                return JsonPatch.Apply(node, operations, out var problem) is { } patched
                    ? new ChangeResult.Wanted(patched, HasVersion(operations))
                    : new ChangeResult.Refused(new ApiStatus(422, "Invalid", $"the server rejected our request due to an error in our request: {problem}"));
            case ("application/merge-patch+json", JsonObject merge):
                MergePatch.Apply(node, merge);
                return new ChangeResult.Wanted(node, merge.At("metadata", "resourceVersion") is not null);
            case ("application/strategic-merge-patch+json", JsonObject merge) when !request.Kind.IsCustom:
                StrategicMerge.Apply(node, merge, request.Kind);
                return new ChangeResult.Wanted(node, merge.At("metadata", "resourceVersion") is not null);
            case (Apply, JsonObject applied):
                return ApplyTo(node, applied, request, isForced, time);
            case ("application/json-patch+json" or "application/merge-patch+json", _):
                return new ChangeResult.Refused(ApiStatus.BadRequest("the patch has the wrong JSON type"));
            default:
                return new ChangeResult.Refused(ApiStatus.UnsupportedMediaType(contentType, Supported));
        }
    }

    /// <param name="live">Null: the object is yet to be created.</param>
    public static ChangeResult ApplyTo(JsonObject? live, JsonObject applied, WriteRequest request, bool isForced, string time)
    {
        if (applied.At("metadata", "managedFields") is JsonArray { Count: > 0 })
        {
            return new ChangeResult.Refused(ApiStatus.BadRequest("metadata.managedFields must be nil"));
        }

        var configuration = applied.Copy();
        var version = configuration.Text("metadata", "resourceVersion");
        if (request.Kind.HasStatus && request.Subresource.Length == 0)
        {
            configuration.Remove("status");
        }
        else if (request.Subresource == "status")
        {
            // Through status, nothing else can be owned.
            configuration.Remove("spec");
            configuration.Section("metadata").Remove("labels");
            configuration.Section("metadata").Remove("annotations");
        }

        var merged = ServerSideApply.Apply(live, configuration, new ApplyRequest(request.Kind, request.Owner, isForced, time), out var problem);
        return merged is null ? new ChangeResult.Refused(problem!) : new ChangeResult.Wanted(merged, version is not null);
    }

    private static bool HasVersion(JsonArray operations) =>
        operations.Any(operation => operation.Text("path") == "/metadata/resourceVersion" && operation.Text("op") is "replace" or "add");
}
