using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Wandb.Agent.Tests.Streaming;

/// <summary>JSON that also knows NaN and the infinities, in one spelling: no blanks, members sorted, of equal names the last. Shares no code with the agent.</summary>
internal static class LooseJsonText
{
    private static readonly string[] Words = ["-Infinity", "Infinity", "NaN"];

    public static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(Quoted(json), new JsonDocumentOptions { MaxDepth = 2000 });
        var text = new StringBuilder();
        Write(document.RootElement, text);
        return text.ToString();
    }

    public static string Canonical(ReadOnlySpan<byte> json) => Canonical(Encoding.UTF8.GetString(json));

    /// <summary>The three words as strings that no value holds.</summary>
    private static string Quoted(string json)
    {
        var text = new StringBuilder();
        var inString = false;
        for (var at = 0; at < json.Length; at++)
        {
            if (!inString && Words.FirstOrDefault(word => string.CompareOrdinal(json, at, word, 0, word.Length) == 0) is { } found)
            {
                text.Append(CultureInfo.InvariantCulture, $"\"\\u0000{found}\"");
                at += found.Length - 1;
                continue;
            }
            text.Append(json[at]);
            if (inString && json[at] == '\\')
                text.Append(json[++at]);
            else if (json[at] == '"')
                inString = !inString;
        }
        return text.ToString();
    }

    private static void Write(JsonElement element, StringBuilder text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
                foreach (var member in element.EnumerateObject())
                    members[member.Name] = member.Value;
                text.Append('{');
                foreach (var (name, value) in members)
                {
                    text.Append('"').Append(JsonEncodedText.Encode(name)).Append("\":");
                    Write(value, text);
                    text.Append(',');
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var value in element.EnumerateArray())
                {
                    Write(value, text);
                    text.Append(',');
                }
                text.Append(']');
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }
}
