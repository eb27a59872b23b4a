using System.Text.Json;

namespace Wandb.Operator.Watching;

/// <summary>What every object has.</summary>
internal readonly record struct ObjectHead(NamespacedName Key, string ResourceVersion)
{
    /// <exception cref="JsonException">It is no object with metadata.name and metadata.resourceVersion.</exception>
    public static ObjectHead Read(JsonElement element)
    {
        var version = Version(element);
        return Text(Metadata(element), "name") is { } name
            ? new(new NamespacedName(Text(Metadata(element), "namespace") ?? "", name), version)
            : throw new JsonException("an object has no metadata.name");
    }

    /// <summary>metadata.resourceVersion of an object, a list or a bookmark.</summary>
    /// <exception cref="JsonException">There is none.</exception>
    public static string Version(JsonElement element) =>
        Text(Metadata(element), "resourceVersion") ?? throw new JsonException("metadata.resourceVersion is missing");

    /// <returns>Null: missing, empty, or no text.</returns>
    public static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static JsonElement Metadata(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("metadata", out var metadata) ? metadata : default;
}
