namespace Wandb.Operator.Injection;

/// <summary>
/// Amounts that settings give the agent, or its volume, and for which the API server would refuse the pod: k8s.io/kubernetes, pkg/apis/core/validation,
/// ValidateResourceRequirements. What namespace and pod demand is another matter: <see cref="AgentResources"/>.
/// </summary>
internal static class AgentAmounts
{
    private static readonly string[] Shared = [AgentResources.Cpu, "memory"];
    private const string Storage = "ephemeral-storage";

    public static IEnumerable<Problem> Problems(EffectiveSettings settings)
    {
        if (settings.Storage is { Value.EmptyDir.SizeLimit: { } size } storage && RunValues.Amount(size) is { } wrong)
            yield return Bad("storage.emptyDir.sizeLimit", storage.Origin, wrong);
        if (settings.AgentResources is not { } resources)
            yield break;
        var (requests, limits) = (resources.Value.Requests ?? new Dictionary<string, string>(0), resources.Value.Limits ?? new Dictionary<string, string>(0));
        foreach (var (what, amounts) in new[] { ("requests", requests), ("limits", limits) })
        {
            foreach (var (name, amount) in amounts)
            {
                if (RunValues.Amount(amount) is { } bad)
                    yield return Bad($"agent.resources.{what}.{name}", resources.Origin, bad);
                if (!IsResource(name))
                    yield return Bad($"agent.resources.{what}", resources.Origin, $"names '{name}', which is no resource of a container");
            }
        }
        foreach (var (name, request) in requests.Where(pair => !Shared.Contains(pair.Key) && IsResource(pair.Key)))
        {
            if (Unequal(name, request, limits.GetValueOrDefault(name)) is { } unequal)
                yield return Bad("agent.resources", resources.Origin, unequal);
        }
    }

    private static bool IsResource(string name) =>
        Shared.Contains(name) || name == Storage || name.StartsWith("hugepages-", StringComparison.Ordinal) || name.Contains('/', StringComparison.Ordinal);

    private static string? Unequal(string name, string request, string? limit)
    {
        var (requested, limited) = (Quantity.Parse(request), Quantity.Parse(limit));
        // Only what can be shared out twice may have a limit of its own.
        return name != Storage ? requested == limited ? null : $"requests {request} of {name} and has a limit of {limit ?? "none"}; they must be the same"
            : requested > limited ? $"requests {request} of {name}, more than the limit of {limit}"
            : null;
    }

    private static Problem Bad(string what, Origin origin, string wrong) => new(ProblemReasons.BadValue, $"{what} ({origin}) {wrong}");
}
