using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>
/// Reads JSON as the SDK's own parser does: bare NaN, Infinity and -Infinity are numbers, the last of several equal keys counts. Numbers keep
/// their digits, so 2^70 loses none; non-finite ones, 1e999 too, become {"$float": "NaN"}, as in the golden files.
/// </summary>
internal static class LooseJson
{
    private static readonly string[] NonFinite = ["NaN", "Infinity", "-Infinity"];

    /// <summary>Deep values are data like others; the limit only has to stop a stack overflow.</summary>
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1000 };

    /// <exception cref="JsonException">The text is not JSON, not even in this sense.</exception>
    public static JsonNode? Parse(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Strict(text), Options);
            return Copy(document.RootElement.Clone());
        }
        catch (InvalidOperationException halfASurrogatePair)
        {
            throw new JsonException("A string is not valid Unicode.", halfASurrogatePair);
        }
    }

    /// <summary>The value, or {"$invalid": the beginning of the text}.</summary>
    public static JsonNode? ParseOrMark(string? text)
    {
        try
        {
            return text is null ? Invalid(null) : Parse(text);
        }
        catch (JsonException)
        {
            return Invalid(text);
        }
    }

    public static JsonObject Invalid(string? text) => new() { ["$invalid"] = text is { Length: > 200 } ? text[..200] : text };

    private static JsonNode? Copy(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    members[member.Name] = Copy(member.Value);
                }

                return members;
            case JsonValueKind.Array:
                return new JsonArray([.. value.EnumerateArray().Select(Copy)]);
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.String:
                return JsonValue.Create(value.GetString());
            case JsonValueKind.Number when double.IsInfinity(value.GetDouble()) && !IsInteger(value):
                return NotFinite(value.GetDouble() > 0 ? "Infinity" : "-Infinity");
            default:
                return JsonValue.Create(value);
        }
    }

    private static bool IsInteger(JsonElement number) => number.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0;

    private static JsonObject NotFinite(string word) => new() { ["$float"] = word };

    /// <summary>Rewrites the bare words, and only outside of strings.</summary>
    private static string Strict(string text)
    {
        if (!text.Contains("NaN", StringComparison.Ordinal) && !text.Contains("Infinity", StringComparison.Ordinal))
        {
            return text;
        }

        var strict = new StringBuilder(text.Length + 64);
        bool inString = false;
        for (int i = 0; i < text.Length;)
        {
            string? word = inString ? null : NonFinite.FirstOrDefault(word => string.CompareOrdinal(text, i, word, 0, word.Length) == 0);
            if (word is not null)
            {
                strict.Append(NotFinite(word).ToJsonString());
                i += word.Length;
                continue;
            }

            int length = inString && text[i] == '\\' && i + 1 < text.Length ? 2 : 1;
            inString ^= text[i] == '"';
            strict.Append(text, i, length);
            i += length;
        }

        return strict.ToString();
    }
}
