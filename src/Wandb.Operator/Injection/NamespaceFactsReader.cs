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
                .SelectMany(quota => (JsonRead.At(quota, "spec", "hard") as JsonObject ?? []).Select(hard => hard.Key))
                .ToHashSet(StringComparer.Ordinal),
            QuotaHard = Hard(OfKind(objects, "ResourceQuota").Where(HoldsForAll)),
            Bounds = Bounds(Limits(objects, "Container")),
            PodBounds = Bounds(Limits(objects, "Pod")),
            OldNodes = [.. OfKind(objects, "Node").Select(OldNode.Read).OfType<OldNode>()],
        };

    private static Dictionary<string, IReadOnlySet<string>> Keys(IEnumerable<JsonObject> objects, string kind, params string[] members)
    {
        var keys = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        foreach (var one in OfKind(objects, kind))
        {
            keys[JsonRead.Text(JsonRead.At(one, "metadata", "name")) ?? ""] = members
                .SelectMany(member => (one[member] as JsonObject ?? []).Select(pair => pair.Key))
                .ToHashSet(StringComparer.Ordinal);
        }
        return keys;
    }

    private static IEnumerable<JsonObject> Limits(IEnumerable<JsonObject> objects, string type) =>
        OfKind(objects, "LimitRange")
            .SelectMany(range => JsonRead.Objects(JsonRead.At(range, "spec", "limits")))
            .Where(item => JsonRead.Text(item["type"]) == type);

    /// <summary>One with scopes holds for some pods alone, such as those of a priority class.</summary>
    private static bool HoldsForAll(JsonObject quota) => JsonRead.At(quota, "spec", "scopes") is not JsonArray { Count: > 0 } && JsonRead.At(quota, "spec", "scopeSelector") is null;

    private static Dictionary<string, decimal> Hard(IEnumerable<JsonObject> quotas)
    {
        var hard = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var quota in quotas)
            Strictest(hard, JsonRead.At(quota, "spec", "hard"), Math.Min, static name => name is "cpu" or "memory" ? $"requests.{name}" : name);
        return hard;
    }

    private static LimitRangeBounds Bounds(IEnumerable<JsonObject> items)
    {
        var min = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var max = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var ratio = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var defaults = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            Strictest(min, item["min"], Math.Max);
            Strictest(max, item["max"], Math.Min);
            Strictest(ratio, item["maxLimitRequestRatio"], Math.Min);
            Strictest(defaults, item["default"], Math.Min);
        }
        return new LimitRangeBounds { Min = min, Max = max, MaxRatio = ratio, DefaultLimit = defaults };
    }

    private static void Strictest(
        Dictionary<string, decimal> bounds, JsonNode? amounts, Func<decimal, decimal, decimal> stricter, Func<string, string>? known = null)
    {
        foreach (var (key, value) in amounts as JsonObject ?? [])
        {
            var name = known?.Invoke(key) ?? key;
            if (Quantity.Parse(JsonRead.TextOrNumber(value)) is { } amount)
                bounds[name] = bounds.TryGetValue(name, out var before) ? stricter(before, amount) : amount;
        }
    }

    private static IEnumerable<JsonObject> OfKind(IEnumerable<JsonObject> objects, string kind) =>
        objects.Where(one => JsonRead.Text(one["kind"]) == kind);
}
