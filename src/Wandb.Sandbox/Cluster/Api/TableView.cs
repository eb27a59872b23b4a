using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>How a client wants to see objects, from its Accept header: as they are, as rows of a table, or only their metadata.</summary>
internal enum ObjectView
{
    Full,
    Table,
    Metadata,
}

/// <summary>Objects as a meta.k8s.io/v1 Table: what kubectl get prints.</summary>
internal static class TableView
{
    /// <summary>The first form of the header that this server knows.</summary>
    public static ObjectView Wanted(string accept)
    {
        foreach (var choice in accept.Split(','))
        {
            if (!choice.Contains("json", StringComparison.Ordinal) && !choice.Contains("*/*", StringComparison.Ordinal))
            {
                continue;
            }

            if (!choice.Contains("as=", StringComparison.Ordinal))
            {
                return ObjectView.Full;
            }

            if (choice.Contains("v=v1;", StringComparison.Ordinal) || choice.EndsWith("v=v1", StringComparison.Ordinal))
            {
                if (choice.Contains("as=Table", StringComparison.Ordinal))
                {
                    return ObjectView.Table;
                }

                if (choice.Contains("as=PartialObjectMetadata", StringComparison.Ordinal))
                {
                    return ObjectView.Metadata;
                }
            }
        }

        return ObjectView.Full;
    }

    /// <param name="includeObject">The query's includeObject: None, Object, or else the metadata only.</param>
    public static JsonObject Of(ResourceKind kind, IEnumerable<JsonObject> objects, JsonObject metadata, string? includeObject, DateTimeOffset now) => new()
    {
        ["kind"] = "Table",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = metadata,
        ["columnDefinitions"] = new JsonArray([NameColumn(), .. kind.Columns.Select(Definition)]),
        ["rows"] = new JsonArray([.. objects.Select(node => Row(kind, node, includeObject, now))]),
    };

    /// <summary>meta.k8s.io/v1 PartialObjectMetadata.</summary>
    public static JsonObject MetadataOf(JsonObject node) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = node["metadata"]?.DeepClone(),
    };

    private static JsonObject NameColumn() => new() { ["name"] = "Name", ["type"] = "string", ["format"] = "name", ["description"] = "", ["priority"] = 0 };

    private static JsonObject Definition(PrinterColumn column) => new()
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = "",
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };

    private static JsonObject Row(ResourceKind kind, JsonObject node, string? includeObject, DateTimeOffset now) => new()
    {
        ["cells"] = new JsonArray([node["metadata"]?["name"]?.DeepClone(), .. kind.Columns.Select(column => column.Value(node, now))]),
        ["object"] = includeObject switch
        {
            "None" => null,
            "Object" => node.DeepClone(),
            _ => MetadataOf(node),
        },
    };
}
