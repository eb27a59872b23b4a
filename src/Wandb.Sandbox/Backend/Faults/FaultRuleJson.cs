using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Backend.Faults;

/// <summary>
/// Fault rules as people write them:
/// {"rules": [{"kind": "filestream", "action": "status", "status": 503, "retry_after": 2, "apply": false, "headers": {}, "body": "text",
/// "skip": 0, "count": 1, "probability": 0.3, "body_contains": "text", "seconds": 1.5, "message": "text"}]}.
/// Actions: status, drop_before, drop_after, cut_request, close_mid_body, delay, dark, graphql_error. "count": null means no end, which is
/// also what a "probability" without a count means.
/// </summary>
internal static class FaultRuleJson
{
    private const double DefaultDelaySeconds = 1;
    private const double DefaultDarkSeconds = 5;

    public static string NameOf(FaultAction action) => action switch
    {
        FaultAction.Status => "status",
        FaultAction.DropBefore => "drop_before",
        FaultAction.DropAfter => "drop_after",
        FaultAction.CutRequest => "cut_request",
        FaultAction.CloseMidBody => "close_mid_body",
        FaultAction.Delay => "delay",
        FaultAction.Dark => "dark",
        FaultAction.GraphQLError => "graphql_error",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Reads a document of rules, or a bare list of them.</summary>
    /// <exception cref="FormatException">Says which rule is wrong and how.</exception>
    public static IReadOnlyList<FaultRule> Parse(string text)
    {
        try
        {
            var root = JsonNode.Parse(text);
            var rules = root as JsonArray ?? (root as JsonObject)?["rules"] as JsonArray ?? throw new FormatException("{\"rules\": [...]} is needed");
            return [.. rules.Select((rule, i) => rule as JsonObject ?? throw new FormatException($"rule {i} is no object")).Select(ToRule)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException(error.Message, error);
        }
    }

    public static JsonObject ToJson(FaultRule rule, int seen, int hits)
    {
        var json = new JsonObject { ["kind"] = rule.Kind, ["action"] = NameOf(rule.Action), ["skip"] = rule.Skip, ["count"] = rule.Count };
        if (rule.Probability < 1)
        {
            json["probability"] = rule.Probability;
        }

        if (rule.BodyContains is { } text)
        {
            json["body_contains"] = text;
        }

        foreach (var (name, value) in Details(rule.Action))
        {
            json[name] = value;
        }

        (json["seen"], json["hits"]) = (seen, hits);
        return json;
    }

    private static FaultRule ToRule(JsonObject rule) => new(rule["kind"]?.GetValue<string>() ?? "*", ToAction(rule))
    {
        Skip = Number(rule, "skip") is { } skip ? (int)skip : 0,
        Count = rule.ContainsKey("count") ? (int?)Number(rule, "count") : rule.ContainsKey("probability") ? null : 1,
        Probability = Number(rule, "probability") ?? 1,
        BodyContains = rule["body_contains"]?.GetValue<string>(),
    };

    private static FaultAction ToAction(JsonObject rule) => rule["action"]?.GetValue<string>() switch
    {
        "status" => new FaultAction.Status(
            (int)(Number(rule, "status") ?? 503),
            rule["apply"]?.GetValue<bool>() ?? false,
            Number(rule, "retry_after"),
            (rule["headers"] as JsonObject)?.ToDictionary(header => header.Key, header => header.Value?.ToString() ?? "", StringComparer.OrdinalIgnoreCase),
            rule["body"]?.GetValue<string>() ?? """{"error":"injected"}"""),
        "drop_before" => new FaultAction.DropBefore(),
        "drop_after" => new FaultAction.DropAfter(),
        "cut_request" => new FaultAction.CutRequest(),
        "close_mid_body" => new FaultAction.CloseMidBody(),
        "delay" => new FaultAction.Delay(TimeSpan.FromSeconds(Number(rule, "seconds") ?? DefaultDelaySeconds)),
        "dark" => new FaultAction.Dark(TimeSpan.FromSeconds(Number(rule, "seconds") ?? DefaultDarkSeconds)),
        "graphql_error" => new FaultAction.GraphQLError(rule["message"]?.GetValue<string>() ?? "injected error"),
        var other => throw new FormatException($"unknown action \"{other}\""),
    };

    private static IEnumerable<(string Name, JsonNode? Value)> Details(FaultAction action) => action switch
    {
        FaultAction.Status status => [("status", status.Code), ("apply", status.Apply), ("retry_after", status.RetryAfterSeconds)],
        FaultAction.Delay delay => [("seconds", delay.For.TotalSeconds)],
        FaultAction.Dark dark => [("seconds", dark.For.TotalSeconds)],
        FaultAction.GraphQLError error => [("message", error.Message)],
        _ => [],
    };

    private static double? Number(JsonObject rule, string name) =>
        rule[name] is { } value ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;
}
