using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Tests.Injection;

/// <summary>
/// What an API server does with a pod's resources, step by step as there: defaults, validation of pod-level resources, LimitRanges, a quota of which nothing is
/// used. Sources: <c>pkg/apis/core/v1/defaults.go</c>, <c>plugin/pkg/admission/limitranger/admission.go</c>, <c>component-helpers/resource/helpers.go</c>.
/// </summary>
internal static class ApiServerLimits
{
    private static readonly string[] Resources = ["cpu", "memory"];

    /// <summary>As the API server shows a pod to webhooks, and again after them.</summary>
    public static JsonObject Defaulted(JsonObject pod, IReadOnlyList<JsonObject> limitRangeItems)
    {
        pod = pod.DeepClone().AsObject();
        foreach (var item in limitRangeItems.Where(item => (string?)item["type"] == "Container"))
        {
            foreach (var container in Containers(pod))
            {
                foreach (var (name, amount) in item["default"] as JsonObject ?? [])
                    Map(container, "limits").TryAdd(name, amount!.DeepClone());
            }
        }
        foreach (var container in Containers(pod).Where(container => container["resources"]?["limits"] is not null))
        {
            foreach (var (name, amount) in container["resources"]!["limits"]!.AsObject().ToList())
                Map(container, "requests").TryAdd(name, amount!.DeepClone());
        }
        if (pod["spec"]!["resources"]?["limits"] is JsonObject podLimits)
        {
            foreach (var name in Resources)
            {
                if (pod["spec"]!["resources"]!["requests"]?[name] is null && (Sum(pod, "requests", name) ?? Amount(podLimits[name])) is { } amount)
                    Map(pod["spec"]!, "requests")[name] = Quantity.Format(name, amount);
            }
        }
        return pod;
    }

    /// <returns>Why it is refused; empty: it is taken.</returns>
    public static IReadOnlyList<string> Refusals(JsonObject pod, IReadOnlyList<JsonObject> limitRangeItems, IReadOnlyDictionary<string, decimal> hard)
    {
        var refusals = new List<string>();
        foreach (var name in Resources)
        {
            foreach (var container in Containers(pod))
                Container(refusals, pod, container, name, limitRangeItems);
            var (wholeRequest, wholeLimit) = (Amount(pod["spec"]!["resources"]?["requests"]?[name]), Amount(pod["spec"]!["resources"]?["limits"]?[name]));
            if (Sum(pod, "requests", name) > wholeRequest)
                refusals.Add($"pod request of {name} is less than that of its containers");
            if (wholeRequest > wholeLimit)
                refusals.Add($"pod request of {name} is more than its limit");
            var (request, limit) = (wholeRequest ?? Sum(pod, "requests", name), wholeLimit ?? Sum(pod, "limits", name));
            foreach (var item in limitRangeItems.Where(item => (string?)item["type"] == "Pod"))
                Constraints(refusals, "pod", name, request, limit, item);
            foreach (var (kind, amount) in new[] { ("requests", request), ("limits", limit) })
            {
                if (!hard.TryGetValue($"{kind}.{name}", out var most))
                    continue;
                if (Containers(pod).Any(container => container["resources"]?[kind]?[name] is null))
                    refusals.Add($"quota: must specify {kind}.{name}");
                if (amount > most)
                    refusals.Add($"quota: {kind}.{name} {amount} of {most}");
            }
        }
        return refusals;
    }

    private static void Container(List<string> refusals, JsonObject pod, JsonObject container, string name, IReadOnlyList<JsonObject> items)
    {
        var (request, limit) = (Amount(container["resources"]?["requests"]?[name]), Amount(container["resources"]?["limits"]?[name]));
        if (request > limit)
            refusals.Add($"container {container["name"]}: request of {name} is more than its limit");
        if (limit > Amount(pod["spec"]!["resources"]?["limits"]?[name]))
            refusals.Add($"container {container["name"]}: limit of {name} is more than that of the pod");
        foreach (var item in items.Where(item => (string?)item["type"] == "Container"))
            Constraints(refusals, $"container {container["name"]}", name, request, limit, item);
    }

    private static void Constraints(List<string> refusals, string who, string name, decimal? request, decimal? limit, JsonObject item)
    {
        if (Amount(item["min"]?[name]) is { } min && (request is null || request < min || limit < min))
            refusals.Add($"{who}: at least {min} of {name}, not {request}/{limit}");
        if (Amount(item["max"]?[name]) is { } max && (limit is null || limit > max || request > max))
            refusals.Add($"{who}: at most {max} of {name}, not {request}/{limit}");
        if (Amount(item["maxLimitRequestRatio"]?[name]) is { } ratio && (request is null or 0 || limit is null or 0 || limit > request * ratio))
            refusals.Add($"{who}: ratio {ratio} of {name}, not {request}/{limit}");
    }

    private static decimal? Sum(JsonObject pod, string kind, string name)
    {
        decimal? sum = null, before = null, largest = null;
        foreach (var container in JsonRead.Objects(pod["spec"]!["initContainers"]))
        {
            if (Amount(container["resources"]?[kind]?[name]) is not { } own)
            {
                largest = Larger(largest, before);
                continue;
            }
            largest = Larger(largest, (before ?? 0) + own);
            if ((string?)container["restartPolicy"] == "Always")
            {
                before = (before ?? 0) + own;
                sum = (sum ?? 0) + own;
            }
        }
        foreach (var container in JsonRead.Objects(pod["spec"]!["containers"]))
        {
            if (Amount(container["resources"]?[kind]?[name]) is { } own)
                sum = (sum ?? 0) + own;
        }
        return Larger(sum, largest);
    }

    private static decimal? Larger(decimal? one, decimal? other) => one is null ? other : other is null ? one : Math.Max(one.Value, other.Value);

    private static decimal? Amount(JsonNode? node) => Quantity.Parse(JsonRead.TextOrNumber(node));

    private static IEnumerable<JsonObject> Containers(JsonObject pod) =>
        JsonRead.Objects(pod["spec"]!["containers"]).Concat(JsonRead.Objects(pod["spec"]!["initContainers"]));

    private static JsonObject Map(JsonNode node, string kind)
    {
        var resources = node["resources"] as JsonObject;
        if (resources is null)
            node["resources"] = resources = [];
        if (resources[kind] is not JsonObject map)
            resources[kind] = map = [];
        return map;
    }
}
