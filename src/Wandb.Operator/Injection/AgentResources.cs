using System.Text.Json.Nodes;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>
/// Requests and limits of the agent: as little as it needs, and as much as namespace and pod demand, because a pod that the API server
/// refuses is worse than an agent that reserves more.
/// </summary>
internal sealed record AgentResources
{
    private const string Cpu = "cpu";
    private const string Memory = "memory";
    private static readonly string[] Names = [Cpu, Memory];

    // Measured need of the agent, see docs/benchmarks.md: some MB and a few CPU seconds an hour.
    private static readonly Dictionary<string, decimal> OwnRequests = new(StringComparer.Ordinal) { [Cpu] = 0.01m, [Memory] = 32m * (1 << 20) };
    private static readonly Dictionary<string, decimal> OwnLimits = new(StringComparer.Ordinal) { [Memory] = 128m * (1 << 20) };

    // Where a CPU limit must be given: enough to drain, and little where limits are reserved.
    private const decimal DemandedCpuLimit = 0.5m;
    private const decimal GuaranteedCpu = 0.1m;
    private const decimal LeastCpuLimit = 0.1m;

    /// <summary>By resource.</summary>
    public required IReadOnlyDictionary<string, decimal> Requests { get; init; }

    /// <summary>By resource; a resource without one is not limited.</summary>
    public required IReadOnlyDictionary<string, decimal> Limits { get; init; }

    public JsonObject ToJson() => new() { ["requests"] = Amounts(Requests), ["limits"] = Amounts(Limits) };

    /// <param name="asked">From the settings; others are ours. Quantities that cannot be read count as absent.</param>
    /// <param name="problem">Why no amount would do.</param>
    public static AgentResources For(PodView pod, ResourceAmounts? asked, NamespaceFacts facts, out Problem? problem)
    {
        problem = null;
        var requests = Merged(OwnRequests, asked?.Requests);
        var limits = Merged(OwnLimits, asked?.Limits);
        if (IsGuaranteed(pod))
        {
            // A burstable container would take the whole pod's class away, and with it exclusive CPUs.
            limits.TryAdd(Cpu, Math.Max(GuaranteedCpu, requests[Cpu]));
            requests[Cpu] = limits[Cpu];
            requests[Memory] = limits[Memory] = Math.Max(limits[Memory], requests[Memory]);
        }
        foreach (var name in Names)
        {
            problem ??= Bound(name, requests, limits, facts);
            if (problem is null)
                StayBelowPod(name, pod, requests, limits);
            problem ??= TooMuch(name, pod, limits, facts);
        }
        return new AgentResources { Requests = requests, Limits = limits };
    }

    private static Problem? Bound(string name, Dictionary<string, decimal> requests, Dictionary<string, decimal> limits, NamespaceFacts facts)
    {
        var bounds = facts.Bounds;
        var (hasMin, hasMax, hasRatio) =
            (bounds.Min.TryGetValue(name, out var min), bounds.Max.TryGetValue(name, out var max), bounds.MaxRatio.TryGetValue(name, out var ratio));
        if (hasMin && hasMax && min > max)
            return new Problem(ProblemReasons.NoRoom, $"LimitRanges of the namespace demand at least {Quantity.Format(name, min)} and at most {Quantity.Format(name, max)} of {name}");

        var request = Math.Max(requests.GetValueOrDefault(name), min);
        decimal? limit = limits.TryGetValue(name, out var given) ? given : null;
        if (limit is null && (hasMax || hasRatio || facts.QuotaResources.Contains($"limits.{name}")))
            limit = DemandedCpuLimit;
        if (hasMax)
        {
            limit = Math.Min(limit!.Value, max);
            request = Math.Min(request, max);
        }
        if (limit < request)
            limit = request;
        if (hasRatio && ratio >= 1 && limit > request * ratio)
        {
            // Less limit before more reservation, but not so little that the agent could not keep up.
            if (name == Cpu)
                limit = Math.Max(Math.Min(LeastCpuLimit, limit.Value), request * ratio);
            request = Math.Max(request, limit!.Value / ratio);
        }
        requests[name] = RoundedUp(name, request);
        if (limit is not null)
            limits[name] = limit.Value;
        return null;
    }

    /// <summary>Pod-level resources: containers together may not ask for more than the pod, and none may have a larger limit.</summary>
    private static void StayBelowPod(string name, PodView pod, Dictionary<string, decimal> requests, Dictionary<string, decimal> limits)
    {
        if (pod.Spec["resources"] is not JsonObject whole)
            return;
        var podLimit = Amount(whole, "limits", name);
        var podRequest = Amount(whole, "requests", name) ?? podLimit;
        if (podLimit is not null && limits.TryGetValue(name, out var limit))
            limits[name] = Math.Min(limit, podLimit.Value);
        if (podRequest is null)
            return;
        var used = Together(pod).Sum(container => Requested(container, name));
        requests[name] = Math.Min(requests[name], Math.Max(0, podRequest.Value - used));
    }

    /// <summary>A LimitRange for whole pods: what the containers leave of it may be less than the agent's limit.</summary>
    private static Problem? TooMuch(string name, PodView pod, Dictionary<string, decimal> limits, NamespaceFacts facts)
    {
        if (!facts.PodMax.TryGetValue(name, out var max) || !limits.TryGetValue(name, out var own))
            return null;
        var used = Together(pod).Sum(container => container.Json["resources"] is JsonObject resources ? Amount(resources, "limits", name) ?? 0 : 0);
        return used <= max && used + own > max
            ? new Problem(
                ProblemReasons.NoRoom,
                $"a LimitRange allows a pod {Quantity.Format(name, max)} of {name}; its containers take {Quantity.Format(name, used)} and the agent needs {Quantity.Format(name, own)}")
            : null;
    }

    /// <summary>Containers that run at the same time.</summary>
    private static IEnumerable<ContainerView> Together(PodView pod) => pod.Containers.Concat(pod.InitContainers.Where(container => container.IsNativeSidecar));

    private static decimal Requested(ContainerView container, string name) =>
        container.Json["resources"] is JsonObject resources ? Amount(resources, "requests", name) ?? Amount(resources, "limits", name) ?? 0 : 0;

    private static bool IsGuaranteed(PodView pod) =>
        pod.Spec["resources"] is null && pod.Containers.Count > 0
        && pod.Containers.Concat(pod.InitContainers).All(container => Names.All(name =>
            container.Json["resources"] is JsonObject resources && Amount(resources, "limits", name) is { } limit
            && (Amount(resources, "requests", name) ?? limit) == limit));

    private static decimal? Amount(JsonObject resources, string kind, string name) => Quantity.Parse(JsonRead.TextOrNumber(resources[kind]?[name]));

    private static Dictionary<string, decimal> Merged(Dictionary<string, decimal> own, IReadOnlyDictionary<string, string>? asked)
    {
        var merged = new Dictionary<string, decimal>(own, StringComparer.Ordinal);
        foreach (var (name, text) in asked ?? new Dictionary<string, string>(0))
        {
            if (Quantity.Parse(text) is { } amount)
                merged[name] = amount;
        }
        return merged;
    }

    // What Format writes must still be at least the bound.
    private static decimal RoundedUp(string name, decimal amount) => name == Cpu ? decimal.Ceiling(amount * 1000) / 1000 : decimal.Ceiling(amount);

    private static JsonObject Amounts(IReadOnlyDictionary<string, decimal> amounts)
    {
        var json = new JsonObject();
        foreach (var (name, amount) in amounts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json[name] = Quantity.Format(name, amount);
        return json;
    }
}
