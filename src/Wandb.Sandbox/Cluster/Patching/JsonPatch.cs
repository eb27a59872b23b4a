using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Patching;

/// <summary>RFC 6902 operations on a document, all or none.</summary>
internal static class JsonPatch
{
    /// <param name="problem">Set when the answer is null: which operation cannot be carried out, and why.</param>
    public static JsonObject? Apply(JsonObject document, JsonArray operations, out string problem)
    {
        JsonNode? root = document.Copy();
        foreach (var (operation, index) in operations.Select((operation, index) => (operation, index)))
        {
            problem = ApplyOne(ref root, operation);
            if (problem.Length > 0)
            {
                problem = string.Create(CultureInfo.InvariantCulture, $"operation {index}: {problem}");
                return null;
            }
        }

        problem = root is JsonObject ? "" : "the result is no object";
        return root as JsonObject;
    }

    private static string ApplyOne(ref JsonNode? root, JsonNode? operation)
    {
        if (operation.Text("path") is not { } path || operation is not JsonObject members)
        {
            return "path is missing";
        }

        switch (operation.Text("op"))
        {
            case "add":
                return members.ContainsKey("value") ? Add(ref root, path, members["value"]?.DeepClone()) : "value is missing";
            case "remove":
                return Remove(ref root, path, out _);
            case "replace":
                return Remove(ref root, path, out _) is { Length: > 0 } missing ? missing : Add(ref root, path, members["value"]?.DeepClone());
            case "test":
                return Find(root, path, out var found) && JsonNode.DeepEquals(found, members["value"]) ? "" : $"test of {path} failed";
            case "copy":
                return Find(root, operation.Text("from") ?? "", out var source) ? Add(ref root, path, source?.DeepClone()) : "from does not exist";
            case "move":
                return Remove(ref root, operation.Text("from") ?? "", out var moved) is { Length: > 0 } gone ? gone : Add(ref root, path, moved);
            default:
                return $"unknown op {operation.Text("op")}";
        }
    }

    private static string Add(ref JsonNode? root, string path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            root = value;
            return "";
        }

        var (parentPath, last) = Split(path);
        Find(root, parentPath, out var parent);
        switch (parent)
        {
            case JsonObject map:
                map[last] = value;
                return "";
            case JsonArray array when last == "-":
                array.Add(value);
                return "";
            case JsonArray array when Index(last) is { } index && index <= array.Count:
                array.Insert(index, value);
                return "";
            default:
                return $"add operation does not apply: {path} does not exist";
        }
    }

    private static string Remove(ref JsonNode? root, string path, out JsonNode? removed)
    {
        removed = null;
        var (parentPath, last) = Split(path);
        if (path.Length == 0 || !Find(root, path, out removed))
        {
            return $"{path} does not exist";
        }

        Find(root, parentPath, out var parent);
        if (parent is JsonArray array)
        {
            array.RemoveAt(Index(last)!.Value);
        }
        else
        {
            ((JsonObject)parent!).Remove(last);
        }

        return "";
    }

    private static bool Find(JsonNode? root, string path, out JsonNode? found)
    {
        found = root;
        foreach (var name in path.Split('/').Skip(1).Select(Unescape))
        {
            switch (found)
            {
                case JsonObject map when map.ContainsKey(name):
                    found = map[name];
                    break;
                case JsonArray array when Index(name) is { } index && index < array.Count:
                    found = array[index];
                    break;
                default:
                    found = null;
                    return false;
            }
        }

        return true;
    }

    private static (string Parent, string Last) Split(string path)
    {
        var at = path.LastIndexOf('/');
        return at < 0 ? ("", Unescape(path)) : (path[..at], Unescape(path[(at + 1)..]));
    }

    // RFC 6901: ~1 first, so that ~01 becomes ~1 and not a slash.
    private static string Unescape(string name) => name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static int? Index(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (text == "0" || text[0] != '0') ? index : null;
}
