using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Storage;

/// <summary>Reading of objects whose shape nobody promised: what is missing or of another type is null.</summary>
internal static class JsonAccess
{
    /// <summary>The node below <paramref name="path"/>, or null.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = node is JsonObject map ? map[name] : null;
        }

        return node;
    }

    /// <summary>The string below <paramref name="path"/>, or null.</summary>
    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The whole number below <paramref name="path"/>, or null.</summary>
    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        if (node.At(path) is not JsonValue value)
        {
            return null;
        }

        // A value made in code converts to its own type only.
        return value.TryGetValue<long>(out var number) ? number : value.TryGetValue<int>(out var small) ? small : null;
    }

    /// <summary>Whether the value below <paramref name="path"/> is true.</summary>
    public static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    /// <summary>The objects of the array below <paramref name="path"/>, in order; none when there is no array.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray array ? array.OfType<JsonObject>() : [];

    /// <summary>The strings of the array below <paramref name="path"/>, in order; none when there is no array.</summary>
    public static IEnumerable<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray array ? array.Select(item => item.Text()).OfType<string>() : [];

    /// <summary>String members of the object below <paramref name="path"/>: labels, annotations, data.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Pairs(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonObject map
            ? map.Where(member => member.Value.Text() is not null).Select(member => KeyValuePair.Create(member.Key, member.Value.Text()!))
            : [];

    /// <summary>The object member <paramref name="name"/>, made when it is missing or something else.</summary>
    public static JsonObject Section(this JsonObject node, string name)
    {
        if (node[name] is not JsonObject section)
        {
            node[name] = section = [];
        }

        return section;
    }

    /// <summary>The array member <paramref name="name"/>, made when it is missing or something else.</summary>
    public static JsonArray List(this JsonObject node, string name)
    {
        if (node[name] is not JsonArray list)
        {
            node[name] = list = [];
        }

        return list;
    }

    /// <summary>Sets the member unless it is there.</summary>
    public static void Default(this JsonObject node, string name, JsonNode value)
    {
        if (node[name] is null)
        {
            node[name] = value;
        }
    }

    public static JsonObject Copy(this JsonObject node) => (JsonObject)node.DeepClone();

    public static string Name(this JsonNode? node) => node.Text("metadata", "name") ?? "";

    public static string Namespace(this JsonNode? node) => node.Text("metadata", "namespace") ?? "";

    public static string Uid(this JsonNode? node) => node.Text("metadata", "uid") ?? "";

    public static bool IsDeleting(this JsonNode? node) => node.Text("metadata", "deletionTimestamp") is not null;
}
