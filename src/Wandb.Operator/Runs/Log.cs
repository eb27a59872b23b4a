using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

internal static partial class Log
{
    [LoggerMessage(
        LogLevel.Warning,
        "The agent of pod {Pod} is no sidecar, and the API server's version cannot be read: {Problem}; other pods are injected as before")]
    public static partial void VersionNotRead(this ILogger log, NamespacedName pod, string problem);

    [LoggerMessage(
        LogLevel.Warning,
        "The agent of pod {Pod} is no sidecar: an older client, or a webhook after this one, has taken restartPolicy: Always off it, for Kubernetes {Version} always knows sidecars")]
    public static partial void SidecarTakenApart(this ILogger log, NamespacedName pod, ServerVersion version);

    [LoggerMessage(
        LogLevel.Error,
        "The agents of pods {First} and {Second} are no sidecars: the API server (Kubernetes {Version}) has the feature gate SidecarContainers off; no pod is injected until this program is started anew")]
    public static partial void SidecarsDropped(this ILogger log, NamespacedName first, NamespacedName second, ServerVersion version);
}
