using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>Writes one pod's status, one write after the other: an older state must never overwrite a newer one.</summary>
internal sealed class PodReport(ClusterParts parts, JsonObject pod, PodContainers containers) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Why the kubelet ended the pod; null when it did not.</summary>
    public PodVerdict? Verdict { get; set; }

    /// <summary>The node is lost: nothing is told any more.</summary>
    public bool IsSilent { get; set; }

    public async Task WriteAsync()
    {
        await turn.WaitAsync(CancellationToken.None);
        try
        {
            if (!IsSilent)
            {
                var request = new WriteRequest(BuiltInKinds.Pods, pod.Namespace(), pod.Name(), "status", "kubelet");
                await parts.Writes.ModifyAsync(request, Change, CancellationToken.None);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private ChangeResult Change(JsonObject current)
    {
        // A pod of the same name that came after this one is not its business.
        if (current.Uid() != pod.Uid())
        {
            return new ChangeResult.Refused(ApiStatus.NotFound(BuiltInKinds.Pods, pod.Name()));
        }

        PodStatus.Write(current, containers.Snapshot(), Verdict, parts.Time.GetUtcNow());
        return new ChangeResult.Wanted(current, false);
    }
}
