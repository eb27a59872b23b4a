using System.Globalization;
using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>RFC 6902 operations with RFC 6901 pointers; knows nothing about pods.</summary>
internal static class JsonPatch
{
    /// <summary>Behind the last element of an array.</summary>
    public const string End = "-";

    /// <param name="parts">Member names and indexes as they are; escaped here.</param>
    public static string Pointer(params ReadOnlySpan<string> parts)
    {
        var pointer = new System.Text.StringBuilder();
        foreach (var part in parts)
            pointer.Append('/').Append(part.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        return pointer.ToString();
    }

    /// <summary>As the API server reads it: an array of objects with <c>op</c>, <c>path</c> and <c>value</c>.</summary>
    public static JsonArray ToJson(IEnumerable<JsonPatchOperation> operations) =>
        [.. operations.Select(operation => new JsonObject
        {
            ["op"] = JsonPatchOperation.Add,
            ["path"] = operation.Path,
            ["value"] = operation.Value.DeepClone(),
        })];

    /// <summary>The same as <see cref="ToJson"/>, in UTF-8.</summary>
    public static ReadOnlyMemory<byte> Utf8(IEnumerable<JsonPatchOperation> operations)
    {
        // A usual patch has some 5 KB.
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(8 << 10);
        using (var writer = new System.Text.Json.Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var operation in operations)
            {
                writer.WriteStartObject();
                writer.WriteString("op", JsonPatchOperation.Add);
                writer.WriteString("path", operation.Path);
                writer.WritePropertyName("value");
                operation.Value.WriteTo(writer);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        return buffer.WrittenMemory;
    }

    /// <returns>A copy of <paramref name="document"/> with the operations done, in their order.</returns>
    /// <exception cref="InvalidOperationException">A pointer leads nowhere.</exception>
    public static JsonObject Apply(JsonObject document, IEnumerable<JsonPatchOperation> operations)
    {
        var result = document.DeepClone().AsObject();
        foreach (var operation in operations)
            Apply(result, operation);
        return result;
    }

    private static void Apply(JsonObject document, JsonPatchOperation operation)
    {
        var parts = operation.Path.Split('/')[1..]
            .Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))
            .ToArray();
        JsonNode? target = document;
        foreach (var part in parts[..^1])
            target = target is JsonArray array ? array[int.Parse(part, CultureInfo.InvariantCulture)] : target?[part];
        var value = operation.Value.DeepClone();
        switch (target)
        {
            case JsonObject parent:
                parent[parts[^1]] = value;
                break;
            case JsonArray list when parts[^1] == End:
                list.Add(value);
                break;
            case JsonArray list:
                list.Insert(int.Parse(parts[^1], CultureInfo.InvariantCulture), value);
                break;
            default:
                throw new InvalidOperationException($"{operation.Path} leads nowhere");
        }
    }
}
