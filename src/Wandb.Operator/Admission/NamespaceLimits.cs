using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Operator.Admission;

/// <summary>A ResourceQuota or LimitRange as far as <see cref="Injection.NamespaceFactsReader"/> looks at it.</summary>
internal static class NamespaceLimits
{
    /// <summary>JSON with kind and some members of the spec: what is used up of a quota changes all the time, and says nothing here.</summary>
    public static string Text(string kind, JsonElement json, params string[] members)
    {
        var kept = new JsonObject { ["kind"] = kind, ["spec"] = new JsonObject() };
        if (!json.TryGetProperty("spec", out var spec) || spec.ValueKind != JsonValueKind.Object)
            return kept.ToJsonString();
        foreach (var member in members)
        {
            if (spec.TryGetProperty(member, out var value))
                kept["spec"]![member] = JsonNode.Parse(value.GetRawText());
        }
        return kept.ToJsonString();
    }
}

internal sealed record KnownQuota(string Json)
{
    public static KnownQuota Read(JsonElement quota) => new(NamespaceLimits.Text("ResourceQuota", quota, "hard", "scopes", "scopeSelector"));
}

internal sealed record KnownLimitRange(string Json)
{
    public static KnownLimitRange Read(JsonElement range) => new(NamespaceLimits.Text("LimitRange", range, "limits"));
}
