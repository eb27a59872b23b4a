using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Backend.Storage;

/// <summary>
/// JSON as W&amp;B writes it: bare NaN, Infinity and -Infinity are allowed. They become {"$float": "NaN"} and so on, because
/// strict JSON, in which states are given, has no word for them.
/// </summary>
internal static class ExtendedJson
{
    /// <summary>Deepest nesting that is read and shown: a state adds a few levels to what a client sent.</summary>
    public const int MaxDepth = 512;

    private const int ShownOfInvalid = 400;
    private static readonly string[] Words = ["-Infinity", "Infinity", "NaN"];
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth - 12 };

    /// <summary>The value, or {"$invalid": the first 400 characters} when the text is no JSON. Of duplicate keys the last counts.</summary>
    public static JsonNode? Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(Strict(text), Options);
            return ToNode(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is half a surrogate pair.
            var shown = Encoding.UTF8.GetString(text);
            return new JsonObject { ["$invalid"] = shown.Length <= ShownOfInvalid ? shown : shown[..ShownOfInvalid] };
        }
    }

    private static ReadOnlyMemory<byte> Strict(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("NaN"u8) < 0 && text.IndexOf("Infinity"u8) < 0)
        {
            return text.ToArray();
        }

        var strict = new MemoryStream(text.Length + 64);
        var inString = false;
        for (var i = 0; i < text.Length; i++)
        {
            var escaped = inString && text[i] == (byte)'\\' && i + 1 < text.Length;
            if (!inString && WordAt(text[i..]) is { } word)
            {
                strict.Write(Encoding.UTF8.GetBytes($$"""{"$float":"{{word}}"}"""));
                i += word.Length - 1;
                continue;
            }

            inString ^= text[i] == (byte)'"';
            strict.WriteByte(text[i]);
            if (escaped)
            {
                strict.WriteByte(text[++i]);
            }
        }

        return strict.GetBuffer().AsMemory(0, (int)strict.Length);
    }

    private static string? WordAt(ReadOnlySpan<byte> text)
    {
        foreach (var word in Words)
        {
            if (text.Length >= word.Length && Encoding.ASCII.GetString(text[..word.Length]) == word)
            {
                return word;
            }
        }

        return null;
    }

    private static JsonNode? ToNode(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in element.EnumerateObject())
                {
                    members[member.Name] = ToNode(member.Value);
                }

                return members;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(ToNode)]);
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}
