using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Cluster;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Commands;

namespace Wandb.Sandbox.Demonstration;

/// <summary>A cluster with our kinds, the webhook, and the operator as a process beside it; all of it ends with this object.</summary>
internal sealed class KFoldStage : IAsyncDisposable
{
    private const string AgentImage = "wandb-sandbox/agent";
    private static readonly TimeSpan JobRetryDelay = TimeSpan.FromSeconds(1);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wandb-sandbox-demo-cluster-");
    private readonly HeldPort port = new();
    private OperatorProcess? operatorProcess;

    private KFoldStage(LocalCluster cluster)
    {
        Cluster = cluster;
        Api = new ClusterApi(cluster.Connect(), "wandb-sandbox-demo");
        KubeconfigPath = Path.Combine(folder.FullName, "kubeconfig");
    }

    public LocalCluster Cluster { get; }

    public ClusterApi Api { get; }

    /// <summary>For kubectl; gone with this object.</summary>
    public string KubeconfigPath { get; }

    /// <param name="agent">Program or .dll of the agent.</param>
    /// <param name="backend">Where the runs go.</param>
    /// <exception cref="InvalidOperationException">The operator does not start; the message has its last words.</exception>
    public static async Task<KFoldStage> StartAsync(string agent, LocalBackend backend, CancellationToken ct)
    {
        var options = new LocalClusterOptions
        {
            JobRetryDelay = JobRetryDelay,
            Images = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
            {
                [AgentImage] = AgentProcess.Command(agent),
                [KFoldManifests.TrainerImage] = AgentProcess.Command(Path.Combine(AppContext.BaseDirectory, "wandb-sandbox.dll")),
            },
        };
        var stage = new KFoldStage(await LocalCluster.StartAsync(options, ct));
        try
        {
            await stage.InstallAsync(backend, ct);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="InvalidOperationException">The operator has ended; the message has its last words.</exception>
    public void ThrowIfOver() => operatorProcess?.ThrowIfOver();

    public async ValueTask DisposeAsync()
    {
        operatorProcess?.Dispose();
        Api.Dispose();
        await Cluster.DisposeAsync();
        port.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task InstallAsync(LocalBackend backend, CancellationToken ct)
    {
        await SecretFile.WriteAsync(KubeconfigPath, Cluster.Kubeconfig, ct);
        foreach (var manifest in KFoldManifests.Definitions())
            await Api.ApplyAsync(manifest, null, ct);
        var webhooks = KFoldManifests.Webhooks();
        var service = webhooks.Objects("webhooks").First().At("clientConfig", "service");
        var ns = service.Text("namespace") ?? "";
        await Api.ApplyAsync(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = ns } }, null, ct);
        await Api.ApplyAsync(webhooks, null, ct);
        var start = new OperatorStart(KubeconfigPath, ns, AgentImage, port.Address);
        operatorProcess = await OperatorProcess.StartAsync(start, ct);
        Cluster.ForwardService(ns, service.Text("name") ?? "", start.Address);
        foreach (var manifest in KFoldManifests.Platform(backend.Url, backend.ApiKey))
            await Api.ApplyAsync(manifest, null, ct);
        await operatorProcess.UntilReadyAsync(ct);
    }
}
