using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Schema;

/// <summary>Removes from a custom resource what its schema does not know.</summary>
internal static class SchemaPruning
{
    /// <summary>Changes <paramref name="node"/>.</summary>
    /// <returns>Paths of what was removed.</returns>
    public static IReadOnlyList<string> Prune(JsonObject node, JsonObject schema)
    {
        var removed = new List<string>();
        PruneMap(node, schema, "", removed, isRoot: true);
        return removed;
    }

    private static void PruneNode(JsonNode? node, JsonObject schema, string path, List<string> removed)
    {
        switch (node)
        {
            case JsonObject map:
                PruneMap(map, schema, path, removed, isRoot: schema.Flag("x-kubernetes-embedded-resource"));
                break;
            case JsonArray list when schema["items"] is JsonObject items:
                foreach (var (item, index) in list.Select((item, index) => (item, index)))
                {
                    PruneNode(item, items, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), removed);
                }

                break;
        }
    }

    private static void PruneMap(JsonObject map, JsonObject schema, string path, List<string> removed, bool isRoot)
    {
        var keepsUnknown = schema.Flag("x-kubernetes-preserve-unknown-fields") || schema["additionalProperties"]?.GetValueKind() == System.Text.Json.JsonValueKind.True;
        foreach (var (name, value) in map.ToList())
        {
            var inner = path.Length == 0 ? name : path + "." + name;
            if (isRoot && name is "apiVersion" or "kind" or "metadata")
            {
                continue;
            }

            if ((schema.At("properties", name) ?? schema["additionalProperties"]) is JsonObject member)
            {
                PruneNode(value, member, inner, removed);
            }
            else if (!keepsUnknown)
            {
                map.Remove(name);
                removed.Add(inner);
            }
        }
    }
}
