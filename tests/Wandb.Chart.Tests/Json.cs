using System.Text.Json.Nodes;

namespace Wandb.Chart.Tests;

/// <summary>Reading manifests in tests.</summary>
internal static class Json
{
    public static string Kind(this JsonNode json) => json["kind"].Text();

    public static string Name(this JsonNode json) => (json["metadata"]?["name"]).Text();

    public static string Namespace(this JsonNode json) => (json["metadata"]?["namespace"]).Text();

    public static string Text(this JsonNode? json) => json is JsonValue value && value.TryGetValue<string>(out var text) ? text : json?.ToJsonString() ?? "";

    public static bool IsTest(this JsonNode json) => (json["metadata"]?["annotations"]?["helm.sh/hook"]).Text() == "test";

    public static IEnumerable<JsonObject> Items(this JsonNode? json) => (json as JsonArray ?? []).OfType<JsonObject>();

    public static IEnumerable<string> Words(this JsonNode? json) => (json as JsonArray ?? []).Select(Text);

    public static JsonObject The(this IEnumerable<JsonObject> objects, string kind) => Assert.Single(objects, one => one.Kind() == kind);

    public static IEnumerable<JsonObject> Of(this IEnumerable<JsonObject> objects, string kind) => objects.Where(one => one.Kind() == kind);

    public static JsonObject PodTemplate(this IEnumerable<JsonObject> objects) => objects.The("Deployment")["spec"]!["template"]!.AsObject();

    /// <summary>Paths of what <paramref name="expected"/> says and <paramref name="actual"/> does not. Of lists every item must be in the other.</summary>
    public static IEnumerable<string> Missing(string path, JsonNode? expected, JsonNode? actual)
    {
        switch (expected, actual)
        {
            case (JsonObject one, JsonObject other):
                return one.SelectMany(member => Missing($"{path}.{member.Key}", member.Value, other[member.Key]));
            case (JsonArray one, JsonArray other):
                return one.SelectMany((item, index) => other.Any(candidate => !Missing("", item, candidate).Any())
                    ? []
                    : Closest($"{path}[{index}]", item, other));
            default:
                return JsonNode.DeepEquals(expected, actual) ? [] : [$"{path}: {expected?.ToJsonString()}, not {actual?.ToJsonString() ?? "nothing"}"];
        }
    }

    // What a person wants to read is the difference to the item that is most alike.
    private static List<string> Closest(string path, JsonNode? item, JsonArray others) =>
        others.Select(candidate => Missing(path, item, candidate).ToList()).OrderBy(differences => differences.Count).FirstOrDefault() ?? [$"{path}: nothing there"];
}
