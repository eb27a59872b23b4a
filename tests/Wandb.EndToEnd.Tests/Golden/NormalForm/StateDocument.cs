using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>Access to a state document that fails with the name of what is missing, so that a change of its shape is seen as one.</summary>
internal static class StateDocument
{
    public static JsonNode? Required(this JsonObject parent, string name) =>
        parent.TryGetPropertyValue(name, out JsonNode? value)
            ? value
            : throw new InvalidDataException($"The state document has no \"{name}\" among {string.Join(", ", parent.Select(member => member.Key))}.");

    public static JsonObject RequiredObject(this JsonObject parent, string name) =>
        parent.Required(name) as JsonObject ?? throw new InvalidDataException($"\"{name}\" of the state document is not an object.");

    public static JsonArray RequiredList(this JsonObject parent, string name) =>
        parent.Required(name) as JsonArray ?? throw new InvalidDataException($"\"{name}\" of the state document is not a list.");

    /// <summary>A copy of the member; null when it is missing.</summary>
    public static JsonNode? CopyOf(this JsonObject parent, string name) => parent[name]?.DeepClone();

    /// <summary>Null when it is missing, null, or empty: a field that was set to nothing was never set.</summary>
    public static JsonNode? CopyUnlessEmpty(this JsonObject parent, string name) => parent[name] switch
    {
        JsonArray { Count: 0 } or JsonObject { Count: 0 } => null,
        JsonValue value when value.TryGetValue(out string? text) && text.Length == 0 => null,
        var value => value?.DeepClone(),
    };

    public static string? Text(this JsonNode? value) => value is JsonValue text && text.TryGetValue(out string? content) ? content : null;

    public static JsonArray SortedTexts(IEnumerable<JsonNode?> texts) =>
        new([.. texts.Select(text => text!.GetValue<string>()).Order(StringComparer.Ordinal).Select(text => (JsonNode)text)]);
}
