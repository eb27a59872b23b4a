using System.Text.Json.Nodes;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>
/// Requests and limits of the agent: as little as it needs, and as much as namespace and pod demand, because a pod that the API server
/// refuses is worse than an agent that reserves more.
/// </summary>
internal sealed record AgentResources
{
    public const string Cpu = "cpu";

    // Where a CPU limit must be given: enough to drain, and little where limits are reserved.
    public const decimal LeastCpuLimit = 0.1m;

    private const string Memory = "memory";
    private const decimal DemandedCpuLimit = 0.5m;
    private const decimal GuaranteedCpu = 0.1m;
    private static readonly string[] Names = [Cpu, Memory];

    // Measured need of the agent, see docs/benchmarks.md: some MB and a few CPU seconds an hour.
    private static readonly Dictionary<string, decimal> OwnRequests = new(StringComparer.Ordinal) { [Cpu] = 0.01m, [Memory] = 32m * (1 << 20) };
    private static readonly Dictionary<string, decimal> OwnLimits = new(StringComparer.Ordinal) { [Memory] = 128m * (1 << 20) };

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
        var isGuaranteed = IsGuaranteed(pod);
        if (isGuaranteed)
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
            problem ??= new AgentRoom(name, pod, facts, isGuaranteed).Fit(requests, limits);
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
        // The API server would give the agent that one, and nobody would have counted it.
        if (limit is null && bounds.DefaultLimit.TryGetValue(name, out var byDefault))
            limit = Math.Min(DemandedCpuLimit, byDefault);
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
                limit = Math.Max(Math.Min(LeastCpuLimit, limit.Value), Quantity.RoundedDown(name, request * ratio));
            request = Math.Max(request, limit!.Value / ratio);
        }
        requests[name] = Quantity.RoundedUp(name, request);
        if (limit is not null)
            limits[name] = limit.Value;
        return null;
    }

    /// <summary>Pod-level resources: containers together may not ask for more than the pod, and none may have a larger limit.</summary>
    private static void StayBelowPod(string name, PodView pod, Dictionary<string, decimal> requests, Dictionary<string, decimal> limits)
    {
        var podLimit = PodUse.OfLimits(pod, name).OfPod;
        if (podLimit is not null && limits.TryGetValue(name, out var limit))
            limits[name] = Math.Min(limit, podLimit.Value);
        var use = PodUse.OfRequests(pod, name);
        if (use.OfPod is { } podRequest)
            requests[name] = Math.Min(requests[name], Quantity.RoundedDown(name, Math.Max(0, podRequest - use.Beside)));
    }

    private static bool IsGuaranteed(PodView pod) =>
        pod.Spec["resources"] is null && pod.Containers.Count > 0
        && pod.Containers.Concat(pod.InitContainers).All(container => Names.All(name =>
            PodUse.Limit(container, name) is { } limit && PodUse.Requested(container, name) == limit));

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

    private static JsonObject Amounts(IReadOnlyDictionary<string, decimal> amounts)
    {
        var json = new JsonObject();
        foreach (var (name, amount) in amounts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json[name] = Quantity.Format(name, amount);
        return json;
    }
}
