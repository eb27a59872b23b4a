using System.Diagnostics.CodeAnalysis;
using Wandb.Sandbox.Cluster.Controllers;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>Runs the pods of all nodes: starts what is assigned, stops what is to be deleted, removes what has stopped.</summary>
/// <param name="root">Folder of everything; exists.</param>
internal sealed class LocalKubelet(ClusterParts parts, LocalClusterOptions options, string root)
{
    private readonly Lock gate = new(); // guards pods and lost
    private readonly Dictionary<string, RunningPod> pods = new(StringComparer.Ordinal);
    private readonly HashSet<string> lost = new(StringComparer.Ordinal);

    /// <summary>Runs until it is stopped; then all processes are killed.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ChangeLoop.RunAsync(parts, () => [BuiltInKinds.Pods.Id], Reconcile, stoppingToken);
        }
        finally
        {
            RunningPod[] all;
            lock (gate)
            {
                all = [.. pods.Values];
            }

            await Task.WhenAll(all.Select(pod => pod.Runner.KillAsync()));
            await Task.WhenAll(all.Select(pod => pod.Life).Concat(all.Select(pod => pod.Stop)));
        }
    }

    /// <summary>Folder of a pod's volumes, logs and containers.</summary>
    public string FolderOf(string podUid) => Path.Combine(root, "pods", podUid);

    public PodRunner? Find(string podUid)
    {
        lock (gate)
        {
            return pods.GetValueOrDefault(podUid)?.Runner;
        }
    }

    /// <summary>Nothing of a node's pods is told any more; their processes go or live on.</summary>
    public async Task LoseAsync(string node, bool killsProcesses)
    {
        List<PodRunner> affected;
        lock (gate)
        {
            lost.Add(node);
            affected = [.. pods.Values.Where(pod => pod.Node == node).Select(pod => pod.Runner)];
        }

        foreach (var runner in affected)
        {
            runner.IsLost = true;
            await (killsProcesses ? runner.KillAsync() : Task.CompletedTask);
        }
    }

    private Task<TimeSpan?> Reconcile(CancellationToken cancellationToken)
    {
        foreach (var stored in parts.Store.List(BuiltInKinds.Pods.Id, null).Objects.Where(stored => stored.Fields["spec.nodeName"].Length > 0))
        {
            lock (gate)
            {
                if (!lost.Contains(stored.Fields["spec.nodeName"]))
                {
                    Look(stored);
                }
            }
        }

        StopRemoved();
        return Task.FromResult<TimeSpan?>(null);
    }

    private void Look(StoredObject stored)
    {
        var known = pods.GetValueOrDefault(stored.Uid);
        if (known is null && !stored.IsDeleting && stored.Fields["status.phase"] is not ("Succeeded" or "Failed"))
        {
            var runner = new PodRunner(parts, options, stored.Parse(), new PodFolders(FolderOf(stored.Uid), Path.Combine(root, "claims")));
            pods[stored.Uid] = known = new RunningPod(runner, stored.Fields["spec.nodeName"], stored.Namespace, stored.Name);
            known.Life = Task.Run(() => LiveAsync(known), CancellationToken.None);
        }
        else if (stored.IsDeleting)
        {
            if (known is null || known.Life.IsCompleted)
            {
                RemovePod(stored.Namespace, stored.Name, stored.Uid);
            }
            else if (known.StopGrace is not { } grace || grace > Grace(stored))
            {
                known.StopGrace = Grace(stored);
                known.Stop = Task.WhenAll(known.Stop, known.Runner.StopAsync(TimeSpan.FromSeconds(known.StopGrace.Value), null));
            }
        }
    }

    // Removed with force: the object is gone before its processes are.
    private void StopRemoved()
    {
        lock (gate)
        {
            foreach (var (uid, pod) in pods.Where(entry => parts.Store.Get(BuiltInKinds.Pods.Id, entry.Value.Namespace, entry.Value.Name)?.Uid != entry.Key).ToList())
            {
                if (pod.Life.IsCompleted && pod.Stop.IsCompleted)
                {
                    pods.Remove(uid);
                    pod.Runner.Dispose();
                }
                else if (pod.StopGrace != 0)
                {
                    pod.StopGrace = 0;
                    pod.Stop = Task.WhenAll(pod.Stop, pod.Runner.KillAsync());
                }
            }
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Boundary of a pod's life: what goes wrong in one pod must not end the others; it is kept in Problems.")]
    private async Task LiveAsync(RunningPod pod)
    {
        try
        {
            await pod.Runner.RunAsync();
        }
        catch (Exception error)
        {
            parts.Problems.Enqueue(error.ToString());
        }

        if (!pod.Runner.IsLost && parts.Store.Get(BuiltInKinds.Pods.Id, pod.Namespace, pod.Name) is { IsDeleting: true } stored)
        {
            RemovePod(pod.Namespace, pod.Name, stored.Uid);
        }
    }

    private void RemovePod(string ns, string name, string uid) =>
        parts.Deletion.Delete(BuiltInKinds.Pods, ns, name, DeleteOptions.AtOnce with { Uid = uid }, isDryRun: false);

    private static long Grace(StoredObject stored) => stored.Parse().Number("metadata", "deletionGracePeriodSeconds") ?? 0;

    private sealed class RunningPod(PodRunner runner, string node, string ns, string name)
    {
        public PodRunner Runner => runner;

        public string Node => node;

        public string Namespace => ns;

        public string Name => name;

        public Task Life { get; set; } = Task.CompletedTask;

        public Task Stop { get; set; } = Task.CompletedTask;

        /// <summary>Seconds of the latest stop; null before any.</summary>
        public long? StopGrace { get; set; }
    }
}
