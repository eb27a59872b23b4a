using Wandb.Sandbox.Cluster;
using Wandb.Sandbox.Commands;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>The sandbox's cluster with our kinds, and the operator as a process of its own that knows it by a kubeconfig.</summary>
internal sealed class SandboxCluster : ICluster
{
    private readonly LocalCluster _cluster;
    private readonly OperatorProcess _operator;
    private readonly DirectoryInfo _folder;

    private SandboxCluster(LocalCluster cluster, DirectoryInfo folder)
    {
        _cluster = cluster;
        _folder = folder;
        Api = new KubeApi(new Kubeconfig(cluster.Kubeconfig).Connect());
        _operator = new OperatorProcess(folder.FullName, AgentImage);
    }

    public KubeApi Api { get; }

    public string TrainerImage => "sandbox.example/trainer:1";

    public string AgentImage => "sandbox.example/agent:1";

    public TimeSpan Deadline => TimeSpan.FromSeconds(60);

    public static async Task<SandboxCluster> StartAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("wandb-e2e-cluster-");
        string[] dotnet = [AgentProcess.StartInfo(AgentProcess.BuiltAgent, [], new Uri("http://127.0.0.1"), "").FileName];
        var local = await LocalCluster.StartAsync(
            new LocalClusterOptions
            {
                Nodes = ["node-1", "node-2", "node-3"],
                Images = new Dictionary<string, IReadOnlyList<string>>
                {
                    ["sandbox.example/trainer"] = [.. dotnet, Path.Combine(AppContext.BaseDirectory, "wandb-sandbox.dll")],
                    ["sandbox.example/agent"] = [.. dotnet, AgentProcess.BuiltAgent],
                },
                RestartDelay = TimeSpan.FromMilliseconds(200),
                JobRetryDelay = TimeSpan.FromMilliseconds(200),
            },
            ct);
        await File.WriteAllTextAsync(OperatorProcess.KubeconfigIn(folder.FullName), local.Kubeconfig, ct);
        var cluster = new SandboxCluster(local, folder);
        await cluster.Api.ApplyAsync(Manifests.Read("crds"), null);
        // Of the rest, a sandbox has what admission needs: no Deployments, and everybody may do everything.
        var parts = Manifests.Files("deploy").Where(file => Path.GetFileName(file) is var name && (name.Contains("namespace", StringComparison.Ordinal) || name.Contains("webhook", StringComparison.Ordinal)));
        foreach (var file in parts)
            await cluster.Api.ApplyAsync(await File.ReadAllTextAsync(file, ct), null);
        local.ForwardService("wandb-operator", "wandb-operator", cluster._operator.Address);
        await cluster.StartOperatorAsync();
        return cluster;
    }

    public Task KillOutOfMemoryAsync(string ns, string pod, string container) => Done(_cluster.KillOutOfMemory(ns, pod, container));

    public Task KillAsync(string ns, string pod, string container) => Done(_cluster.KillContainer(ns, pod, container));

    public async Task EvictAsync(string ns, string pod) => await Done(await _cluster.EvictAsync(ns, pod));

    public async Task PreemptAsync(string ns, string pod) => await Done(await _cluster.PreemptAsync(ns, pod, TestContext.Current.CancellationToken));

    public async Task LoseNodeAsync(string node)
    {
        await _cluster.LoseNodeAsync(node, killsProcesses: true, TestContext.Current.CancellationToken);
        await Api.DeleteAsync("api/v1/nodes", node);
    }

    // Its object is gone, and another node has taken its place long since.
    public Task RecoverNodeAsync(string node) => Task.CompletedTask;

    public Task StopOperatorAsync() => _operator.StopAsync();

    public Task StartOperatorAsync() => _operator.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _operator.DisposeAsync();
        Api.Dispose();
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
        Assert.Empty(_cluster.Problems);
    }

    private static Task Done(bool isDone)
    {
        Assert.True(isDone, "what was to be disturbed does not run");
        return Task.CompletedTask;
    }
}
