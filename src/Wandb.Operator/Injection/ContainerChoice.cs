using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>Which regular containers are injected, and why the others are not.</summary>
internal sealed record ContainerChoice
{
    public required IReadOnlyList<ContainerView> Chosen { get; init; }

    /// <summary>For the trace: container and reason.</summary>
    public required IReadOnlyList<(string Container, string Reason)> Left { get; init; }

    /// <param name="asked">From the annotation: each must be there.</param>
    /// <param name="run">Its containers: one must be there, because a WandbRun may serve pods of several kinds.</param>
    public static ContainerChoice Of(PodView pod, IReadOnlyList<string>? asked, WandbRun run, List<Problem> problems)
    {
        var names = asked ?? run.Spec.Containers;
        var left = new List<(string, string)>();
        var chosen = new List<ContainerView>();
        foreach (var container in pod.Containers)
        {
            if (KnownSidecars.IsKnown(pod, container.Name))
                left.Add((container.Name, "a sidecar that does not train"));
            else if (names is not null && !names.Contains(container.Name, StringComparer.Ordinal))
                left.Add((container.Name, "not asked for"));
            else
                chosen.Add(container);
        }

        var existing = pod.Containers.Count > 0 ? string.Join(", ", pod.Containers.Select(container => container.Name)) : "none";
        foreach (var name in asked ?? [])
        {
            if (pod.Containers.All(container => container.Name != name))
                problems.Add(new Problem(ProblemReasons.NoContainer, $"annotation {InjectionKeys.Containers} names '{name}'; the pod has {existing}"));
            else if (KnownSidecars.IsKnown(pod, name))
                problems.Add(new Problem(ProblemReasons.NoContainer, $"annotation {InjectionKeys.Containers} names '{name}', a sidecar that is never injected"));
        }
        if (asked is null && chosen.Count == 0)
        {
            problems.Add(new Problem(
                ProblemReasons.NoContainer,
                names is null
                    ? $"the pod has no container to inject; it has {existing}"
                    : $"WandbRun {run.Metadata.Name} names the containers {string.Join(", ", names)}; the pod has {existing}"));
        }
        return new ContainerChoice { Chosen = chosen, Left = left };
    }
}
