using System.Text;
using System.Text.Json;

namespace Wandb.Agent.Http;

/// <summary>Finds the server's own words in an answer: GraphQL's <c>errors[0].message</c>, <c>error</c>, <c>error.message</c>, <c>message</c>, or plain text.</summary>
internal static class ServerMessage
{
    internal const int MaxLength = 500;

    /// <returns>One line, at most <see cref="MaxLength"/> characters; "HTTP n" if the body says nothing.</returns>
    internal static string From(ReadOnlySpan<byte> body, int status)
    {
        var words = FromJson(body) ?? PlainText(body);
        words = OneLine(words);
        return words.Length == 0 ? $"HTTP {status}" : words;
    }

    /// <summary>Collapses white space and control characters and cuts at <see cref="MaxLength"/>.</summary>
    internal static string OneLine(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, MaxLength));
        var gap = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                gap = line.Length > 0;
                continue;
            }

            if (line.Length + (gap ? 2 : 1) > MaxLength)
                break;
            if (gap)
                line.Append(' ');
            gap = false;
            line.Append(c);
        }

        return line.ToString();
    }

    private static string? FromJson(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            return Find(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Find(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Array when element.GetArrayLength() > 0:
                return Find(element[0]);
            case JsonValueKind.Object:
                foreach (var name in (ReadOnlySpan<string>)["errors", "error", "message", "detail"])
                {
                    if (element.TryGetProperty(name, out var value) && Find(value) is { Length: > 0 } words)
                        return words;
                }

                return null;
            default:
                return null;
        }
    }

    private static string PlainText(ReadOnlySpan<byte> body) =>
        Encoding.UTF8.GetString(body[..Math.Min(body.Length, 4 * MaxLength)]);
}
