using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>Lists, whole or page by page.</summary>
internal sealed class ListAnswer(ObjectStore store, TimeProvider time)
{
    public ApiResult Of(ResourceKind kind, string? ns, ListQuery query, ObjectView view, string? includeObject)
    {
        IReadOnlyList<StoredObject> all;
        long version;
        if (query.Continue is { } token)
        {
            if (store.TakeRest(kind.Id, token) is not { } kept)
            {
                return new ApiResult.Refused(ApiStatus.Expired("The provided continue parameter is too old to display a consistent list result."));
            }

            (all, version) = kept;
        }
        else
        {
            (all, version) = store.List(kind.Id, ns);
            all = [.. all.Where(query.Matches)];
        }

        var page = query.Limit > 0 && all.Count > query.Limit ? all.Take(query.Limit).ToList() : all;
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (page.Count < all.Count)
        {
            metadata["continue"] = store.KeepRest(kind.Id, [.. all.Skip(page.Count)], version);
            if (query.Labels.IsEverything && query.Fields.Requirements.Count == 0)
            {
                metadata["remainingItemCount"] = all.Count - page.Count;
            }
        }

        return new ApiResult.Done(StatusCodes.Status200OK, Render(kind, page, metadata, view, includeObject));
    }

    private JsonObject Render(ResourceKind kind, IReadOnlyList<StoredObject> page, JsonObject metadata, ObjectView view, string? includeObject)
    {
        var objects = page.Select(stored => stored.Parse());
        switch (view)
        {
            case ObjectView.Table:
                return TableView.Of(kind, objects, metadata, includeObject, time.GetUtcNow());
            case ObjectView.Metadata:
                return new JsonObject
                {
                    ["kind"] = "PartialObjectMetadataList",
                    ["apiVersion"] = "meta.k8s.io/v1",
                    ["metadata"] = metadata,
                    ["items"] = new JsonArray([.. objects.Select(TableView.MetadataOf)]),
                };
            default:
                return new JsonObject
                {
                    ["kind"] = kind.ListKind,
                    ["apiVersion"] = kind.ApiVersion,
                    ["metadata"] = metadata,
                    ["items"] = new JsonArray([.. objects.Select(node => Item(kind, node))]),
                };
        }
    }

    // As the API server does: items of built-in kinds do not repeat kind and version, custom ones do.
    private static JsonObject Item(ResourceKind kind, JsonObject node)
    {
        if (kind.IsCustom)
        {
            node["apiVersion"] = kind.ApiVersion;
        }
        else
        {
            node.Remove("kind");
            node.Remove("apiVersion");
        }

        return node;
    }
}
