using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>
/// What a pod takes of one resource, as LimitRanges and quotas count it: the largest sum of containers that run at one time. Ordinary init containers run
/// alone, but for the sidecars before them.
/// https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
/// </summary>
internal sealed record PodUse
{
    private const string RequestsKey = "requests";
    private const string LimitsKey = "limits";

    /// <summary>Largest sum while the agent runs, without the agent.</summary>
    public required decimal Beside { get; init; }

    /// <summary>Largest sum before the agent starts: init containers of a mesh.</summary>
    public required decimal Before { get; init; }

    /// <summary>A container, or the pod, gives an amount.</summary>
    public required bool IsGiven { get; init; }

    /// <summary>What the pod itself gives (pod-level resources) in place of its containers; null: nothing.</summary>
    public decimal? OfPod { get; init; }

    public decimal Alone => With(0);

    public static PodUse OfRequests(PodView pod, string name)
    {
        var use = Of(pod, container => Requested(container, name));
        if (pod.Spec["resources"] is not JsonObject whole)
            return use;
        // The API server's own default, without which only offline pods come here.
        var limit = Amount(whole, LimitsKey, name);
        var byDefault = whole[LimitsKey] is not JsonObject { Count: > 0 } ? null : use.IsGiven ? use.Alone : limit;
        return use with { OfPod = Amount(whole, RequestsKey, name) ?? byDefault };
    }

    public static PodUse OfLimits(PodView pod, string name) =>
        Of(pod, container => Limit(container, name)) with { OfPod = pod.Spec["resources"] is JsonObject whole ? Amount(whole, LimitsKey, name) : null };

    /// <summary>What a container requests; where it says nothing, its limit.</summary>
    public static decimal? Requested(ContainerView container, string name) =>
        container.Json["resources"] is JsonObject resources ? Amount(resources, RequestsKey, name) ?? Amount(resources, LimitsKey, name) : null;

    public static decimal? Limit(ContainerView container, string name) =>
        container.Json["resources"] is JsonObject resources ? Amount(resources, LimitsKey, name) : null;

    /// <summary>Of the pod with an agent that has an amount.</summary>
    public decimal With(decimal agent) => OfPod ?? Math.Max(Beside + agent, Before);

    /// <summary>What a bound of the pod leaves for the agent.</summary>
    /// <returns>At least 0. Null: it does not depend on the agent whether the pod keeps the bound.</returns>
    public decimal? Room(decimal bound) => OfPod is null && Alone <= bound ? bound - Beside : null;

    private static PodUse Of(PodView pod, Func<ContainerView, decimal?> amount)
    {
        var sidecars = 0m;
        var (before, beside) = (0m, 0m);
        var place = AgentSidecar.Place(pod);
        foreach (var container in pod.InitContainers)
        {
            var own = amount(container) ?? 0;
            if (container.Index < place)
                before = Math.Max(before, sidecars + own);
            else
                beside = Math.Max(beside, sidecars + own);
            if (container.IsNativeSidecar)
                sidecars += own;
        }
        return new PodUse
        {
            Beside = Math.Max(beside, sidecars + pod.Containers.Sum(container => amount(container) ?? 0)),
            Before = before,
            IsGiven = pod.Containers.Concat(pod.InitContainers).Any(container => amount(container) is not null),
        };
    }

    private static decimal? Amount(JsonObject resources, string kind, string name) => Quantity.Parse(JsonRead.TextOrNumber(JsonRead.At(resources, kind, name)));
}
