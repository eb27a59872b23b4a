namespace Wandb.Operator.Injection;

/// <summary>
/// What LimitRanges and quotas leave of one resource beside the containers of a pod: an agent that takes more would be the reason for which the API server
/// refuses the pod. A pod that it refuses also without the agent is not judged.
/// https://kubernetes.io/docs/concepts/policy/limit-range/, https://kubernetes.io/docs/concepts/policy/resource-quotas/
/// </summary>
/// <param name="name">Of the resource.</param>
/// <param name="pod">Without the agent.</param>
/// <param name="facts">Of its namespace.</param>
/// <param name="isGuaranteed">Request and limit of the agent are to stay equal.</param>
internal sealed class AgentRoom(string name, PodView pod, NamespaceFacts facts, bool isGuaranteed)
{
    private readonly PodUse _requests = PodUse.OfRequests(pod, name);
    private readonly PodUse _limits = PodUse.OfLimits(pod, name);

    /// <summary>Makes the agent's amounts smaller, or its request larger, as far as that helps.</summary>
    /// <param name="requests">By resource; this one is in it.</param>
    /// <param name="limits">By resource.</param>
    /// <returns>Why no amount would do; null: these do.</returns>
    public Problem? Fit(Dictionary<string, decimal> requests, Dictionary<string, decimal> limits) =>
        FitRequest(requests) ?? FitLimit(requests, limits) ?? FitRatio(requests, limits) ?? OfContainer(requests, limits);

    private Problem? FitRequest(Dictionary<string, decimal> requests)
    {
        foreach (var bound in Bounds(_requests, "requests"))
        {
            var request = requests[name];
            if (request <= bound.Room)
                continue;
            var room = Quantity.RoundedDown(name, bound.Room);
            // A quota shares out what is reserved: who reserves nothing would go round it.
            if (isGuaranteed || (bound.IsQuota && room == 0))
                return TooMuch(bound, request);
            requests[name] = room;
        }
        return null;
    }

    private Problem? FitLimit(Dictionary<string, decimal> requests, Dictionary<string, decimal> limits)
    {
        foreach (var bound in Bounds(_limits, "limits"))
        {
            if (!limits.TryGetValue(name, out var limit) || limit <= bound.Room)
                continue;
            var room = Quantity.RoundedDown(name, bound.Room);
            // With less CPU the agent is slower; with less memory it would be killed.
            if (isGuaranteed || name != AgentResources.Cpu || room < AgentResources.LeastCpuLimit)
                return TooMuch(bound, limit);
            limits[name] = room;
            requests[name] = Math.Min(requests[name], room);
        }
        return null;
    }

    /// <summary>Largest quotient of limit and request of a whole pod.</summary>
    private Problem? FitRatio(Dictionary<string, decimal> requests, Dictionary<string, decimal> limits)
    {
        if (!facts.PodBounds.MaxRatio.TryGetValue(name, out var ratio) || !limits.TryGetValue(name, out var limit))
            return null;
        var request = requests[name];
        if (_limits.Alone == 0 || _limits.Alone > _requests.Alone * ratio || IsKept(request, limit))
            return null;
        // Less limit before more reservation, but not so little that the agent could not keep up.
        if (name == AgentResources.Cpu)
            limit = Math.Max(Math.Min(AgentResources.LeastCpuLimit, limit), Quantity.RoundedDown(name, (_requests.With(request) * ratio) - _limits.Beside));
        if (!IsKept(request, limit))
            request = Quantity.RoundedUp(name, (_limits.With(limit) / ratio) - _requests.Beside);
        if (!IsKept(request, limit) || request > limit || Bounds(_requests, "requests").Any(bound => request > bound.Room))
        {
            return new Problem(
                ProblemReasons.NoRoom,
                $"a LimitRange allows a pod a limit of {ratio:0.###} times its request of {name}; its containers request {Written(_requests.Alone)} with a limit of {Written(_limits.Alone)}, "
                + $"and the agent needs a limit of {Written(limit)}");
        }
        requests[name] = request;
        limits[name] = limit;
        return null;

        bool IsKept(decimal agentsRequest, decimal agentsLimit) => _limits.With(agentsLimit) <= _requests.With(agentsRequest) * ratio;
    }

    /// <summary>What is left must still be enough for a container.</summary>
    private Problem? OfContainer(Dictionary<string, decimal> requests, Dictionary<string, decimal> limits)
    {
        var request = requests[name];
        decimal? limit = limits.TryGetValue(name, out var given) ? given : null;
        if (facts.Bounds.Min.TryGetValue(name, out var min) && (request < min || limit < min))
        {
            return new Problem(
                ProblemReasons.NoRoom,
                $"LimitRanges demand at least {Written(min)} of {name} of a container, and the pod leaves {Written(Math.Min(request, limit ?? request))} for the agent");
        }
        if (!facts.Bounds.MaxRatio.TryGetValue(name, out var ratio) || ratio < 1 || limit is null || limit <= request * ratio)
            return null;
        var most = Quantity.RoundedDown(name, request * ratio);
        if (name == AgentResources.Cpu && most >= AgentResources.LeastCpuLimit)
        {
            limits[name] = most;
            return null;
        }
        return new Problem(
            ProblemReasons.NoRoom,
            $"LimitRanges allow a container a limit of {ratio:0.###} times its request of {name}; the pod leaves the agent a request of {Written(request)}, and it needs a limit of {Written(limit.Value)}");
    }

    private IEnumerable<PodBound> Bounds(PodUse use, string kind)
    {
        if (facts.PodBounds.Max.TryGetValue(name, out var max) && use.Room(max) is { } left)
            yield return new PodBound($"a LimitRange allows a pod {Written(max)} of {name}", use.Beside, left, false);
        // A RuntimeClass's own need counts for quotas alone.
        var overhead = Quantity.Parse(JsonRead.TextOrNumber(JsonRead.At(pod.Spec, "overhead", name))) ?? 0;
        if (facts.QuotaHard.TryGetValue($"{kind}.{name}", out var hard) && use.Room(hard - overhead) is { } rest)
            yield return new PodBound($"a ResourceQuota allows {Written(hard)} of {kind}.{name}", use.Beside + overhead, rest, true);
    }

    private Problem TooMuch(PodBound bound, decimal amount) =>
        new(ProblemReasons.NoRoom, $"{bound.What}; its containers take {Written(bound.Used)} and the agent needs {Written(amount)}");

    private string Written(decimal amount) => Quantity.Format(name, amount);

    private sealed record PodBound(string What, decimal Used, decimal Room, bool IsQuota);
}
