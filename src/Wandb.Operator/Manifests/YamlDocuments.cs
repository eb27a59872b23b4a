using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Wandb.Operator.Manifests;

/// <summary>YAML, and so JSON, to JSON nodes, as kubectl reads manifests: plain scalars are null, bool and numbers where they look so.</summary>
internal static class YamlDocuments
{
    private const char ByteOrderMark = '\uFEFF';

    /// <exception cref="IOException">It is no file, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <inheritdoc cref="Read"/>
    public static IReadOnlyList<JsonNode> ReadFile(string path)
    {
        // The library would say that access is denied.
        if (Directory.Exists(path))
            throw new IOException("it is a directory, not a file");
        using var text = new StreamReader(path);
        return Read(text);
    }

    /// <returns>One node for each document that is not empty.</returns>
    /// <exception cref="YamlException">It is no YAML; the message says where.</exception>
    public static IReadOnlyList<JsonNode> Read(TextReader text) => [.. Parts(text.ReadToEnd().TrimStart(ByteOrderMark)).SelectMany(Documents)];

    /// <summary>Documents of JSON may follow each other with nothing between them.</summary>
    private static List<string> Parts(string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith('{'))
            return [text];
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true });
        var parts = new List<string>();
        try
        {
            while (reader.Read())
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                parts.Add(Encoding.UTF8.GetString(bytes.AsSpan(start, (int)reader.BytesConsumed - start)));
            }
        }
        catch (JsonException)
        {
            // YAML may begin with a brace as well, and says itself what is wrong with it.
            return [text];
        }
        return parts;
    }

    private static List<JsonNode> Documents(string text)
    {
        var parser = new Parser(new StringReader(text));
        var documents = new List<JsonNode>();
        parser.Consume<StreamStart>();
        while (parser.TryConsume<DocumentStart>(out _))
        {
            var anchors = new Dictionary<AnchorName, JsonNode?>();
            if (Node(parser, anchors) is { } document)
                documents.Add(document);
            parser.Consume<DocumentEnd>();
        }
        return documents;
    }

    private static JsonNode? Node(Parser parser, Dictionary<AnchorName, JsonNode?> anchors)
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return anchors.TryGetValue(alias.Value, out var meant)
                ? meant?.DeepClone()
                : throw new YamlException(alias.Start, alias.End, $"there is no anchor '{alias.Value}'");
        }
        var anchor = (parser.Current as NodeEvent)?.Anchor ?? AnchorName.Empty;
        JsonNode? node;
        if (parser.TryConsume<Scalar>(out var scalar))
            node = Value(scalar);
        else if (parser.TryConsume<SequenceStart>(out _))
            node = List(parser, anchors);
        else
            node = Map(parser, anchors);
        if (!anchor.IsEmpty)
            anchors[anchor] = node?.DeepClone();
        return node;
    }

    private static JsonArray List(Parser parser, Dictionary<AnchorName, JsonNode?> anchors)
    {
        var list = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
            list.Add(Node(parser, anchors));
        return list;
    }

    private static JsonObject Map(Parser parser, Dictionary<AnchorName, JsonNode?> anchors)
    {
        var map = new JsonObject();
        var merged = new List<JsonObject>();
        parser.Consume<MappingStart>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            var value = Node(parser, anchors);
            if (key.Value == "<<" && value is JsonObject or JsonArray)
                merged.AddRange(value is JsonObject one ? [one] : value.AsArray().OfType<JsonObject>());
            else if (!map.TryAdd(key.Value, value))
                throw new YamlException(key.Start, key.End, $"'{key.Value}' stands there twice");
        }
        // What the map says itself goes before that, wherever it stands: https://yaml.org/type/merge.html.
        foreach (var (name, item) in merged.SelectMany(static other => other))
            map.TryAdd(name, item?.DeepClone());
        return map;
    }

    private static JsonNode? Value(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain || !scalar.IsPlainImplicit)
            return text;
        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => true,
            "false" or "False" or "FALSE" => false,
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ when LooksLikeNumber(text) && double.TryParse(text, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
            _ => text,
        };
    }

    private static bool LooksLikeNumber(string text) => char.IsAsciiDigit(text[^1]) && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.');
}
