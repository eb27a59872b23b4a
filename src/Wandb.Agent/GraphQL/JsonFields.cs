using System.Globalization;
using System.Text.Json;

namespace Wandb.Agent.GraphQL;

/// <summary>Reads members of an answer that may be missing, null or of another kind.</summary>
internal static class JsonFields
{
    /// <summary>The member at the end of a path; null if any step is missing, null or no object.</summary>
    internal static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }

        return element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : element;
    }

    internal static string? StringAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A whole number; the server writes its Int64 scalar as text.</summary>
    internal static long? IntegerAt(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var value) => value,
        { ValueKind: JsonValueKind.String } text when long.TryParse(text.GetString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) => value,
        _ => null,
    };

    internal static bool TrueAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.True };

    /// <summary>The elements of an array; none if there is no array.</summary>
    internal static IEnumerable<JsonElement> ItemsAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    internal static string[] StringsAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        [.. element.ItemsAt(path).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString() ?? "")];

    /// <summary>Writes a string, or null explicitly.</summary>
    internal static void WriteText(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is null)
            json.WriteNull(name);
        else
            json.WriteString(name, value);
    }

    /// <summary>Writes an array of strings, or null explicitly.</summary>
    internal static void WriteTexts(this Utf8JsonWriter json, string name, IReadOnlyList<string>? values)
    {
        if (values is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
