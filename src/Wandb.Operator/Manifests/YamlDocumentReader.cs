using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Wandb.Operator.Manifests;

/// <summary>One document of YAML to JSON, within bounds: nobody's manifest may take all memory, or the stack, of who asks about it.</summary>
/// <param name="parser">Stands at the document's root.</param>
internal sealed class YamlDocumentReader(Parser parser)
{
    // Kinds and what people put into config have a few dozen.
    private const int MaxDepth = 256;

    // An object of the API has at most some 100,000; aliases of aliases make as many as they like.
    private const int MaxNodes = 1_000_000;

    private readonly Dictionary<AnchorName, (JsonNode? Node, int Nodes)> _anchors = [];
    private int _nodes;

    /// <exception cref="YamlException">It is no YAML, or beyond the bounds; the message says where.</exception>
    public JsonNode? Read() => Node(0);

    private JsonNode? Node(int depth)
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
            return Meant(alias);
        var begin = (parser.Current as NodeEvent) ?? throw new YamlException("the document ends early");
        if (depth > MaxDepth)
            throw new YamlException(begin.Start, begin.End, $"it is nested deeper than {MaxDepth} levels");
        var before = _nodes;
        Count(1, begin);
        JsonNode? node;
        if (parser.TryConsume<Scalar>(out var scalar))
            node = Value(scalar);
        else if (parser.TryConsume<SequenceStart>(out _))
            node = List(depth);
        else
            node = Map(depth);
        if (!begin.Anchor.IsEmpty)
            _anchors[begin.Anchor] = (node?.DeepClone(), _nodes - before);
        return node;
    }

    private JsonNode? Meant(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var meant))
            throw new YamlException(alias.Start, alias.End, $"there is no anchor '{alias.Value}'");
        Count(meant.Nodes, alias);
        return meant.Node?.DeepClone();
    }

    private void Count(int nodes, ParsingEvent place)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
            throw new YamlException(place.Start, place.End, $"with what its aliases stand for, it has more than {MaxNodes} values");
    }

    private JsonArray List(int depth)
    {
        var list = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
            list.Add(Node(depth + 1));
        return list;
    }

    private JsonObject Map(int depth)
    {
        var map = new JsonObject();
        var merged = new List<JsonObject>();
        parser.Consume<MappingStart>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            var value = Node(depth + 1);
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
