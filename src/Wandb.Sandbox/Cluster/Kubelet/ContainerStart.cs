using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>Starts the processes of one pod's containers.</summary>
internal sealed class ContainerStart(ClusterParts parts, LocalClusterOptions options, JsonObject pod, PodVolumes volumes, string podFolder)
{
    /// <param name="restart">How often the container was started before.</param>
    /// <param name="refusal">Reason and message of a waiting container; set when the answer is null.</param>
    public ContainerProcess? Start(JsonObject container, int restart, out (string Reason, string Message) refusal)
    {
        var (name, image) = (container.Text("name") ?? "", container.Text("image") ?? "");
        refusal = default;
        if (ContainerCommand.EntrypointOf(image, options.Images) is not { } entrypoint)
        {
            refusal = ("ImagePullBackOff", $"Failed to pull image \"{image}\": no command is mapped to it");
            return null;
        }

        // Labels and annotations as they are now, for the downward API.
        var current = parts.Store.Get(BuiltInKinds.Pods.Id, pod.Namespace(), pod.Name())?.Parse() ?? pod;
        if (ContainerEnvironment.Of(container, current, volumes.Data, out var missing) is not { } variables)
        {
            refusal = ("CreateContainerConfigError", missing);
            return null;
        }

        var own = Path.Combine(podFolder, "containers", name);
        Directory.CreateDirectory(Path.Combine(own, "tmp"));
        variables.TryAdd("HOSTNAME", pod.Text("spec", "hostname") ?? pod.Name());
        variables.TryAdd("HOME", own);
        variables.TryAdd("TMPDIR", Path.Combine(own, "tmp"));
        if (ContainerCommand.Of(container, entrypoint, variables, volumes.MapFor(container), own) is not { } command)
        {
            refusal = ("CreateContainerError", "no command specified");
            return null;
        }

        var process = ContainerProcess.Start(command, ContainerLog.PathOf(podFolder, name, restart), parts.Time, out var problem);
        refusal = ("RunContainerError", problem);
        return process;
    }
}
