using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Operator.Tests.Admission;

/// <summary>JSON for eyes: what fits on a line stands on a line.</summary>
internal static class ReadableJson
{
    private const int Width = 150;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(JsonNode node)
    {
        var text = new StringBuilder();
        Write(text, node, 0, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int indent, int used)
    {
        var line = Line(node);
        if (node is not (JsonObject or JsonArray) || indent + used + line.Length <= Width)
        {
            text.Append(line);
            return;
        }
        var isObject = node is JsonObject;
        text.Append(isObject ? '{' : '[');
        var items = node is JsonObject map ? map.Select(pair => (Prefix: $"\"{pair.Key}\": ", pair.Value)) : node.AsArray().Select(item => (Prefix: "", item));
        var separator = "\n";
        foreach (var (prefix, value) in items)
        {
            text.Append(separator).Append(' ', indent + 2).Append(prefix);
            Write(text, value, indent + 2, prefix.Length);
            separator = ",\n";
        }
        text.Append('\n').Append(' ', indent).Append(isObject ? '}' : ']');
    }

    private static string Line(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(", ", map.Select(pair => $"\"{pair.Key}\": {Line(pair.Value)}")) + "}",
        JsonArray list => "[" + string.Join(", ", list.Select(Line)) + "]",
        null => "null",
        _ => node.ToJsonString(Relaxed),
    };
}
