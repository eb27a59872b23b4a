namespace Wandb.Contract;

/// <summary>How one instance of a container ended.</summary>
public sealed record ContainerEnd
{
    /// <summary>Name of the container.</summary>
    public required string Container { get; init; }

    /// <summary>Exit code as the kubelet reported it; 128 + signal for a killed process; null when the kubelet could not tell (node lost).</summary>
    public int? ExitCode { get; init; }

    /// <summary>
    /// <c>Completed</c>, <c>Error</c>, <c>OOMKilled</c>, <c>Evicted</c>, <c>Preempted</c>, <c>DeadlineExceeded</c>, <c>Deleted</c>, <c>NodeLost</c>;
    /// others may come.
    /// </summary>
    public required string Reason { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }
}
