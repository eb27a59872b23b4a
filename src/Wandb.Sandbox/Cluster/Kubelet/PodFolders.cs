namespace Wandb.Sandbox.Cluster.Kubelet;

/// <param name="Pod">Of one pod: volumes, logs, and a folder for each container.</param>
/// <param name="Claims">Of all PersistentVolumeClaims of the cluster.</param>
internal sealed record PodFolders(string Pod, string Claims);
