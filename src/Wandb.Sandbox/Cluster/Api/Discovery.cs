using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>What clients ask before they ask for anything: groups, versions, kinds, and as much OpenAPI as kubectl needs.</summary>
internal static class Discovery
{
    private static readonly string[] ReadWrite = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>The document at <paramref name="path"/>, or null when there is none.</summary>
    public static JsonObject? Document(string path, IReadOnlyList<ResourceKind> kinds, string address) => path.Split('/')[1..] switch
    {
        ["version"] => Version(),
        ["api"] => CoreVersions(address),
        ["apis"] => new JsonObject
        {
            ["kind"] = "APIGroupList",
            ["apiVersion"] = "v1",
            ["groups"] = new JsonArray([.. kinds.Where(kind => kind.Group.Length > 0).GroupBy(kind => kind.Group).Select(group => Group(group.Key, group))]),
        },
        ["apis", var group] when kinds.Where(kind => kind.Group == group).ToList() is { Count: > 0 } members => Group(group, members, isDocument: true),
        ["api", var version] => Resources("", version, kinds),
        ["apis", var group, var version] => Resources(group, version, kinds),
        ["openapi", "v3"] => OpenApi.Index(kinds),
        ["openapi", "v3", .. var groupVersion] => OpenApi.Document(string.Join('/', groupVersion), kinds),
        _ => null,
    };

    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "34",
        ["gitVersion"] = "v1.34.0-sandbox",
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "none",
        ["compiler"] = "none",
        ["platform"] = "linux/amd64",
    };

    private static JsonObject CoreVersions(string address) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = address }),
    };

    private static JsonObject Group(string name, IEnumerable<ResourceKind> kinds, bool isDocument = false)
    {
        JsonNode[] versions = [.. kinds.Select(kind => kind.Version).Distinct().Select(version =>
            new JsonObject { ["groupVersion"] = name + "/" + version, ["version"] = version })];
        var group = new JsonObject { ["name"] = name, ["versions"] = new JsonArray(versions), ["preferredVersion"] = versions[0].DeepClone() };
        if (isDocument)
        {
            group["kind"] = "APIGroup";
            group["apiVersion"] = "v1";
        }

        return group;
    }

    private static JsonObject? Resources(string group, string version, IReadOnlyList<ResourceKind> kinds)
    {
        var members = kinds.Where(kind => kind.Group == group && kind.Version == version).ToList();
        return members.Count == 0 ? null : new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = members[0].ApiVersion,
            ["resources"] = new JsonArray([.. members.SelectMany(Entries)]),
        };
    }

    private static IEnumerable<JsonNode> Entries(ResourceKind kind)
    {
        var entry = Entry(kind, kind.Plural, kind.Kind, kind.IsCreateOnly ? ["create"] : ReadWrite);
        entry["singularName"] = kind.Singular;
        entry["shortNames"] = kind.ShortNames.Count == 0 ? null : new JsonArray([.. kind.ShortNames]);
        entry["categories"] = kind.Categories.Count == 0 ? null : new JsonArray([.. kind.Categories]);
        yield return entry;
        if (kind.HasStatus)
        {
            yield return Entry(kind, kind.Plural + "/status", kind.Kind, ["get", "patch", "update"]);
        }

        if (kind == BuiltInKinds.Pods)
        {
            yield return Entry(kind, "pods/log", "Pod", ["get"]);
        }
        else if (kind == BuiltInKinds.ServiceAccounts)
        {
            var token = Entry(kind, "serviceaccounts/token", "TokenRequest", ["create"]);
            token["group"] = "authentication.k8s.io";
            token["version"] = "v1";
            yield return token;
        }
    }

    private static JsonObject Entry(ResourceKind kind, string name, string kindName, IEnumerable<string> verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = "",
        ["namespaced"] = kind.IsNamespaced,
        ["kind"] = kindName,
        ["verbs"] = new JsonArray([.. verbs]),
    };
}
