namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>Why the kubelet ended a pod.</summary>
internal sealed record PodVerdict(string Reason, string Message);
