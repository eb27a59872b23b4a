namespace Wandb.Operator.Runs;

/// <summary>Reasons of <see cref="Contract.ContainerEnd.Reason"/> that this operator gives; the kubelet's own are passed on as they are.</summary>
internal static class EndReasons
{
    public const string Completed = "Completed";
    public const string Error = "Error";
    public const string OutOfMemory = "OOMKilled";
    public const string Evicted = "Evicted";
    public const string Preempted = "Preempted";
    public const string DeadlineExceeded = "DeadlineExceeded";
    public const string Deleted = "Deleted";
    public const string NodeLost = "NodeLost";

    /// <summary>In a status only: it is over, and nobody has told how.</summary>
    public const string Unknown = "Unknown";

    /// <summary>The kubelet's word for a container of which it knows nothing any more; the code 137 beside it is made up. Read as <see cref="NodeLost"/>.</summary>
    public const string StatusUnknown = "ContainerStatusUnknown";
}
