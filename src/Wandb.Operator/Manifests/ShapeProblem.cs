using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Operator.Manifests;

/// <summary>Says which field of a manifest is not of its kind's shape, and what stands there.</summary>
internal static class ShapeProblem
{
    private const int MaxShown = 60;

    // Of System.Text.Json, whose words name our types; what a converter of ours says is better.
    private const string Library = "The JSON value could not be converted";

    /// <param name="document">What was being read; null, and inside of a list: the value is not shown.</param>
    public static string Of(JsonNode? document, JsonException exception)
    {
        var path = (exception.Path ?? "").TrimStart('$', '.');
        if (!exception.Message.StartsWith(Library, StringComparison.Ordinal))
            return $"{path}: {exception.Message}";
        var what = path.Length == 0 ? "the manifest" : path;
        return Value(document, path)?.ToJsonString() is { } value
            ? $"{what} is {(value.Length > MaxShown ? value[..MaxShown] + "…" : value)}, which its kind does not take there"
            : $"{what} is what its kind does not take there";
    }

    // Names in brackets, of keys with a dot, are not followed.
    private static JsonNode? Value(JsonNode? document, string path) =>
        path.Split('.').Aggregate(document, static (node, name) => node is JsonObject there ? there[name] : null);
}
