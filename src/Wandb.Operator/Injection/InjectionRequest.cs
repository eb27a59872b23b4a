using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>What a pod's annotations and labels ask for, and its owners' labels.</summary>
internal sealed record InjectionRequest
{
    /// <summary>Name of the WandbRun, in the pod's namespace.</summary>
    public required string Run { get; init; }

    /// <summary>Display name.</summary>
    public string? Name { get; init; }

    /// <summary>Containers to inject, all of which must exist; null: the WandbRun decides.</summary>
    public IReadOnlyList<string>? Containers { get; init; }

    /// <summary>Annotations and labels as layers of settings, the strongest first.</summary>
    public required IReadOnlyList<(Origin Origin, RunSettings Settings)> Layers { get; init; }

    /// <summary>What has no effect.</summary>
    public IReadOnlyList<Problem> Warnings { get; init; } = [];
}
