using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>The text by which lists without an order are sorted: keys in ordinal order, numbers as <see cref="JsonNumber"/> sees them.</summary>
internal static class CanonicalJson
{
    public static string Of(JsonNode? value) => value switch
    {
        JsonObject members => $"{{{string.Join(',', members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(OfMember))}}}",
        JsonArray items => $"[{string.Join(',', items.Select(Of))}]",
        null => "null",
        _ => JsonNumber.TryRead(value, out JsonNumber number) ? number.ToString() : value.ToJsonString(),
    };

    private static string OfMember(KeyValuePair<string, JsonNode?> member) => $"{Of(JsonValue.Create(member.Key))}:{Of(member.Value)}";
}
