using System.Collections.Concurrent;
using Wandb.Sandbox.Cluster.Admission;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster;

/// <summary>What the API server and the controllers of one cluster share.</summary>
internal sealed class ClusterParts : IDisposable
{
    // Enough for a client that comes back after a while; a test that wants 410 asks for it.
    private const int EventWindow = 1000;

    public ClusterParts(TimeProvider time)
    {
        Time = time;
        Store = new ObjectStore(EventWindow);
        Registry = new KindRegistry(Store);
        Faults = new ClusterFaults(Store, time);
        Tokens = new TokenIssuer("https://kubernetes.default.svc.cluster.local", time);
        Writes = new ResourceWrites(Store, Registry, new MutatingAdmission(Store, Webhooks, time), time);
        Deletion = new ResourceDeletion(Store, time);
    }

    /// <summary>Mistakes of the cluster's own parts: none is expected, and each is one of this program.</summary>
    public ConcurrentQueue<string> Problems { get; } = [];

    public TimeProvider Time { get; }

    public ObjectStore Store { get; }

    public KindRegistry Registry { get; }

    public ClusterFaults Faults { get; }

    public TokenIssuer Tokens { get; }

    public WebhookClient Webhooks { get; } = new();

    public ResourceWrites Writes { get; }

    public ResourceDeletion Deletion { get; }

    public void Dispose()
    {
        Webhooks.Dispose();
        Faults.Dispose();
    }
}
