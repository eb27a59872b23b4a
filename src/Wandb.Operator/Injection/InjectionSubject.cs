using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>A pod that asks, and all that its injection depends on, as values.</summary>
internal sealed record InjectionSubject
{
    public required PodView Pod { get; init; }

    public required string Namespace { get; init; }

    public required InjectionRequest Request { get; init; }

    /// <summary>Nearest first; empty: a bare pod.</summary>
    public required IReadOnlyList<PodOwner> Owners { get; init; }

    /// <summary>Name of a Job beside the pod's own whose pods would have the <c>id</c> of the run as well; null: none is known.</summary>
    public string? OtherJob { get; init; }

    public required WandbRun Run { get; init; }

    public WandbProfile? Profile { get; init; }

    public required OperatorDefaults Defaults { get; init; }

    public NamespaceFacts Facts { get; init; } = NamespaceFacts.Unknown;

    public EffectiveSettings Settings => field ??= EffectiveSettings.Of(Request, Run, Profile, Defaults.Settings);

    public PodIndex Index => field ??= PodIndex.Of(Pod, Owners.Count > 0 ? Owners[0].Kind : null);

    /// <summary>Name of the pod's JobSet or controller; of the pod itself, without the random end, when it has none.</summary>
    public string JobName =>
        Pod.Labels.GetValueOrDefault("jobset.sigs.k8s.io/jobset-name") is { Length: > 0 } set ? set
        : Owners.Count > 0 ? Owners[0].Name : Pod.Name.Length > 0 ? Pod.Name : Pod.DisplayName.TrimEnd('*').TrimEnd('-');
}
