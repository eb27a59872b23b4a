namespace Wandb.Contract;

/// <summary>The operator's answer to an <see cref="AgentReport"/>: what only Kubernetes knows.</summary>
public sealed record ReportAnswer
{
    public int Version { get; init => field = value == 0 ? AgentReport.CurrentVersion : value; } = AgentReport.CurrentVersion;

    /// <summary>
    /// Ended instances of the injected containers, as the kubelet or the pod's conditions tell: also those that a restart followed. A run
    /// belongs to the instance during which it started. Those that run are not in it.
    /// </summary>
    public IReadOnlyList<ContainerEnd> Ended { get; init => field = value ?? []; } = [];

    /// <summary>How often the pod's work was begun before: failed pods of the same index, or restarts of the container; null: not known.</summary>
    public int? Attempt { get; init; }

    /// <summary>
    /// The agent is an ordinary init container of its pod, because a client, a webhook or the API server dropped its <c>restartPolicy: Always</c>: until it
    /// ends, no container of the pod begins. An agent that is told so ends at once, with exit status 0.
    /// </summary>
    public bool HoldsUpPod { get; init; }
}
