using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>
/// OpenAPI v3 with paths and without schemas: kubectl looks up there whether a kind's PATCH takes fieldValidation, and otherwise refuses to
/// apply anything without --validate=false. kubectl explain finds nothing.
/// </summary>
internal static class OpenApi
{
    private static readonly string[] PatchParameters = ["dryRun", "fieldManager", "fieldValidation", "force"];

    public static JsonObject Index(IReadOnlyList<ResourceKind> kinds) => new()
    {
        ["paths"] = new JsonObject(kinds.Select(PathOf).Distinct(StringComparer.Ordinal)
            .Select(path => KeyValuePair.Create<string, JsonNode?>(path, new JsonObject { ["serverRelativeURL"] = "/openapi/v3/" + path }))),
    };

    public static JsonObject? Document(string groupVersion, IReadOnlyList<ResourceKind> kinds)
    {
        var members = kinds.Where(kind => PathOf(kind) == groupVersion && !kind.IsCreateOnly).ToList();
        return members.Count == 0 ? null : new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.34.0-sandbox" },
            ["paths"] = new JsonObject(members.Select(kind => KeyValuePair.Create<string, JsonNode?>(ObjectPath(kind), Patch(kind)))),
            ["components"] = new JsonObject { ["schemas"] = new JsonObject() },
        };
    }

    private static string PathOf(ResourceKind kind) => kind.Group.Length == 0 ? "api/" + kind.Version : "apis/" + kind.ApiVersion;

    private static string ObjectPath(ResourceKind kind) => $"/{PathOf(kind)}/{(kind.IsNamespaced ? "namespaces/{namespace}/" : "")}{kind.Plural}/{{name}}";

    private static JsonObject Patch(ResourceKind kind) => new()
    {
        ["patch"] = new JsonObject
        {
            ["parameters"] = new JsonArray([.. PatchParameters.Select(name => new JsonObject
            {
                ["name"] = name,
                ["in"] = "query",
                ["schema"] = new JsonObject { ["type"] = name == "force" ? "boolean" : "string", ["uniqueItems"] = true },
            })]),
            ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
            ["x-kubernetes-action"] = "patch",
            ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = kind.Group, ["kind"] = kind.Kind, ["version"] = kind.Version },
        },
    };
}
