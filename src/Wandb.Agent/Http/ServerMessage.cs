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
        var words = FromJson(body) ?? (IsPage(body) ? Page(body) : PlainText(body));
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

    /// <summary>What went wrong, of an answer whose status says that nothing did: gateways do that.</summary>
    /// <returns>One line; null when no <c>errors</c> or <c>error</c> says anything.</returns>
    internal static string? ErrorIn(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var name in (ReadOnlySpan<string>)["errors", "error"])
        {
            if (answer.TryGetProperty(name, out var value) && Find(value) is { Length: > 0 } words)
                return OneLine(words);
        }

        return null;
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

    /// <summary>Of an answer with status 200 that no W&amp;B server gives: nobody has acknowledged anything.</summary>
    internal static string NotOurs(ReadOnlySpan<byte> body) => IsPage(body)
        ? $"the answer is {OneLine(Page(body))}, not that of a W&B server: perhaps the login page of a proxy, or a wrong base URL"
        : "the answer is not JSON: perhaps a wrong base URL";

    /// <summary>Whether the body is a web page: nothing that a W&amp;B server says.</summary>
    internal static bool IsPage(ReadOnlySpan<byte> body)
    {
        var start = PlainText(body[..Math.Min(body.Length, 256)]).TrimStart(' ', '\t', '\r', '\n', '\uFEFF');
        // XML is no page: object stores say in it why they refuse.
        return start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A page is told by its title: the rest is for browsers.</summary>
    private static string Page(ReadOnlySpan<byte> body)
    {
        var text = PlainText(body);
        var start = text.IndexOf("<title>", StringComparison.OrdinalIgnoreCase) + "<title>".Length;
        var end = text.IndexOf("</title>", StringComparison.OrdinalIgnoreCase);
        return start >= "<title>".Length && end > start ? $"a web page, \"{text[start..end].Trim()}\"" : "a web page";
    }

    private static string PlainText(ReadOnlySpan<byte> body) =>
        Encoding.UTF8.GetString(body[..Math.Min(body.Length, 4 * MaxLength)]);
}
