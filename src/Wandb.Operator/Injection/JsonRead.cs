using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>Reads JSON that others wrote: what has another shape than asked for is absent.</summary>
internal static class JsonRead
{
    /// <summary>A member of a member of an object.</summary>
    public static JsonNode? At(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            node = (node as JsonObject)?[name];
        return node;
    }

    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    /// <summary>Quantities may be written as strings or as numbers.</summary>
    public static string? TextOrNumber(JsonNode? node) => Text(node) ?? (node is JsonValue ? node.ToJsonString() : null);

    public static bool? Boolean(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var isTrue) ? isTrue : null;

    public static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var isTrue) && isTrue;

    public static IEnumerable<JsonObject> Objects(JsonNode? node) => node is JsonArray array ? array.OfType<JsonObject>() : [];

    public static IReadOnlyDictionary<string, string> Texts(JsonNode? node)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                if (Text(value) is { } text)
                    texts[name] = text;
            }
        }
        return texts;
    }
}
