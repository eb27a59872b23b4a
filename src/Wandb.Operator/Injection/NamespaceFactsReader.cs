using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>Objects of the API, of one namespace and of the cluster's nodes, to facts. Kinds that say nothing here are ignored.</summary>
internal static class NamespaceFactsReader
{
    public static NamespaceFacts Of(IReadOnlyCollection<JsonObject> objects) =>
        new()
        {
            ConfigMapKeys = Keys(objects, "ConfigMap", "data", "binaryData"),
            SecretKeys = Keys(objects, "Secret", "data", "stringData"),
            QuotaResources = OfKind(objects, "ResourceQuota")
                .SelectMany(quota => (quota["spec"]?["hard"] as JsonObject ?? []).Select(hard => hard.Key))
                .ToHashSet(StringComparer.Ordinal),
            Bounds = Bounds(Limits(objects, "Container")),
            PodMax = PodMax(Limits(objects, "Pod")),
            OldNodes = [.. OfKind(objects, "Node").Select(OldNode.Read).OfType<OldNode>()],
        };

    private static Dictionary<string, IReadOnlySet<string>> Keys(IEnumerable<JsonObject> objects, string kind, params string[] members)
    {
        var keys = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        foreach (var one in OfKind(objects, kind))
        {
            keys[JsonRead.Text(one["metadata"]?["name"]) ?? ""] = members
                .SelectMany(member => (one[member] as JsonObject ?? []).Select(pair => pair.Key))
                .ToHashSet(StringComparer.Ordinal);
        }
        return keys;
    }

    private static IEnumerable<JsonObject> Limits(IEnumerable<JsonObject> objects, string type) =>
        OfKind(objects, "LimitRange")
            .SelectMany(range => JsonRead.Objects(range["spec"]?["limits"]))
            .Where(item => JsonRead.Text(item["type"]) == type);

    private static Dictionary<string, decimal> PodMax(IEnumerable<JsonObject> items)
    {
        var max = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var item in items)
            Strictest(max, item["max"], Math.Min);
        return max;
    }

    private static ContainerBounds Bounds(IEnumerable<JsonObject> items)
    {
        var min = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var max = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var ratio = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            Strictest(min, item["min"], Math.Max);
            Strictest(max, item["max"], Math.Min);
            Strictest(ratio, item["maxLimitRequestRatio"], Math.Min);
        }
        return new ContainerBounds { Min = min, Max = max, MaxRatio = ratio };
    }

    private static void Strictest(Dictionary<string, decimal> bounds, JsonNode? amounts, Func<decimal, decimal, decimal> stricter)
    {
        foreach (var (name, value) in amounts as JsonObject ?? [])
        {
            if (Quantity.Parse(JsonRead.TextOrNumber(value)) is { } amount)
                bounds[name] = bounds.TryGetValue(name, out var before) ? stricter(before, amount) : amount;
        }
    }

    private static IEnumerable<JsonObject> OfKind(IEnumerable<JsonObject> objects, string kind) =>
        objects.Where(one => JsonRead.Text(one["kind"]) == kind);
}
