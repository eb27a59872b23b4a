using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Operator.Manifests;

/// <summary>Says which field of a manifest is not of its kind's shape, and what stands there.</summary>
internal static class ShapeProblem
{
    private const int MaxShown = 60;

    // Of System.Text.Json, whose words name our types; what a converter of ours says is better.
    private const string Library = "The JSON value could not be converted";
    private const string Unmapped = "could not be mapped to any .NET member";
    private const string Missing = "was missing required properties including: ";

    /// <param name="document">What was being read; null, and inside of a list: the value is not shown.</param>
    public static string Of(JsonNode? document, JsonException exception)
    {
        var path = (exception.Path ?? "").TrimStart('$', '.');
        if (exception.Message.Contains(Unmapped, StringComparison.Ordinal))
            return $"{path} is no field of its kind";
        var what = path.Length == 0 ? "the manifest" : path;
        if (exception.Message.IndexOf(Missing, StringComparison.Ordinal) is var at and >= 0)
            return $"{what} lacks {exception.Message[(at + Missing.Length)..].TrimEnd('.')}";
        if (!exception.Message.StartsWith(Library, StringComparison.Ordinal))
            return $"{what}: {exception.Message}";
        return Value(document, path)?.ToJsonString() is { } value
            ? $"{what} is {(value.Length > MaxShown ? value[..MaxShown] + "…" : value)}, which its kind does not take there"
            : $"{what} is what its kind does not take there";
    }

    // Names in brackets, of keys with a dot, are not followed.
    private static JsonNode? Value(JsonNode? document, string path) =>
        path.Split('.').Aggregate(document, static (node, name) => node is JsonObject there ? there[name] : null);
}
