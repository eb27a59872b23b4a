using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>
/// Pods that their agents hold up (<see cref="PodObservation.IsHeldUp"/>), as evidence of the API server: that it drops what makes sidecars is believed
/// only of a version that can, and of two such pods that nothing but the server has in common. One alone was left so by its client, or by
/// another webhook.
/// </summary>
/// <param name="First">Null: there was none.</param>
/// <param name="Second">Of another owner than the first; null: there was none.</param>
/// <param name="FirstOwner">UID of the first one's controller, or its own.</param>
internal sealed record HeldUpPods(NamespacedName? First, NamespacedName? Second, string FirstOwner)
{
    // From 1.33 on the feature gate SidecarContainers cannot be switched off:
    // https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/
    private static readonly ServerVersion AlwaysSidecars = new(1, 33);

    public static HeldUpPods None { get; } = new(null, null, "");

    public HeldUpPods With(KnownPod pod)
    {
        var owner = pod.Controller?.Uid ?? pod.Uid;
        if (First is null)
            return new HeldUpPods(pod.Key, null, owner);
        return Second is null && owner != FirstOwner ? this with { Second = pod.Key } : this;
    }

    /// <summary>Whether the API server is the cause.</summary>
    /// <param name="version">Null: not known.</param>
    public bool ShowThatSidecarsAreDropped(ServerVersion? version) => Second is not null && version is not null && MayDropSidecars(version);

    public static bool MayDropSidecars(ServerVersion version) =>
        version.Major == AlwaysSidecars.Major && version.Minor < AlwaysSidecars.Minor;
}
