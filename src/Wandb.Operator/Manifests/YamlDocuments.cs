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
            if (new YamlDocumentReader(parser).Read() is { } document)
                documents.Add(document);
            parser.Consume<DocumentEnd>();
        }
        return documents;
    }
}
