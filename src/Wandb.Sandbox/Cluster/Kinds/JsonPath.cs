using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kinds;

/// <summary>
/// The paths that printer columns use: <c>.a.b</c>, <c>.a[0]</c>, <c>.a['x.y/z']</c>, <c>.a\.b</c> and <c>.a[?(@.type=="Ready")].b</c>.
/// Anything else finds nothing.
/// </summary>
internal sealed class JsonPath
{
    private readonly List<Func<JsonNode, JsonNode?>> steps = [];
    private bool isUnderstood = true;

    private JsonPath()
    {
    }

    public static JsonPath Parse(string text)
    {
        var path = new JsonPath();
        for (var at = 0; at < text.Length && path.isUnderstood;)
        {
            at = text[at] == '[' ? path.ParseBracket(text, at) : path.ParseName(text, text[at] == '.' ? at + 1 : at);
        }

        return path;
    }

    /// <summary>The first node that the path leads to.</summary>
    public JsonNode? First(JsonNode root)
    {
        var node = isUnderstood ? root : null;
        foreach (var step in steps)
        {
            node = node is null ? null : step(node);
        }

        return node;
    }

    private int ParseName(string text, int at)
    {
        var name = "";
        for (; at < text.Length && text[at] is not ('.' or '['); at++)
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            name += text[at];
        }

        steps.Add(node => node.At(name));
        return at;
    }

    private int ParseBracket(string text, int at)
    {
        var end = text.IndexOf(']', at);
        var inside = end < 0 ? "" : text[(at + 1)..end];
        if (int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            steps.Add(node => node is JsonArray array && index < array.Count ? array[index] : null);
        }
        else if (inside is ['\'' or '"', .., '\'' or '"'])
        {
            steps.Add(node => node.At(inside[1..^1]));
        }
        else if (inside.StartsWith("?(@.", StringComparison.Ordinal) && inside.EndsWith(')')
            && inside[4..^1].Split("==", 2) is [var left, var right])
        {
            string[] field = left.Trim().Split('.');
            var value = right.Trim().Trim('"', '\'');
            steps.Add(node => node is JsonArray array ? array.FirstOrDefault(item => item.Text(field) == value) : null);
        }
        else
        {
            isUnderstood = false;
        }

        return end < 0 ? text.Length : end + 1;
    }
}
