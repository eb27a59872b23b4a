using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Schema;

/// <summary>Sets the defaults of a schema where members are missing. An object that is missing gets one only by a default of its own.</summary>
internal static class SchemaDefaults
{
    /// <summary>Changes <paramref name="node"/>.</summary>
    public static void Apply(JsonNode? node, JsonObject schema)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, member) in (schema["properties"] as JsonObject ?? []).Where(member => member.Value is JsonObject))
                {
                    // null where the schema does not allow it counts as missing.
                    if (member!["default"] is { } value && map[name] is null && !(map.ContainsKey(name) && member.Flag("nullable")))
                    {
                        map[name] = value.DeepClone();
                    }

                    Apply(map[name], (JsonObject)member);
                }

                if (schema["additionalProperties"] is JsonObject values)
                {
                    foreach (var (_, value) in map)
                    {
                        Apply(value, values);
                    }
                }

                break;
            case JsonArray list when schema["items"] is JsonObject items:
                foreach (var item in list)
                {
                    Apply(item, items);
                }

                break;
        }
    }
}
