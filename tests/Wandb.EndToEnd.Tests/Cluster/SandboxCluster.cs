using Wandb.Sandbox.Cluster;
using Wandb.Sandbox.Commands;
using Wandb.Sandbox.Demonstration;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>The sandbox's cluster with our kinds, and the operator as a process of its own that knows it by a kubeconfig.</summary>
internal sealed class SandboxCluster : ICluster
{
    private readonly LocalCluster _cluster;
    private readonly DirectoryInfo _folder;
    private readonly HeldPort _port = new();
    private readonly OperatorStart _start;
    private OperatorProcess? _operator;

    private SandboxCluster(LocalCluster cluster, DirectoryInfo folder)
    {
        _cluster = cluster;
        _folder = folder;
        Api = new KubeApi(cluster.Connect());
        _start = new OperatorStart(Path.Combine(folder.FullName, "kubeconfig"), "wandb-operator", AgentImage, _port.Address)
        {
            Flags = ["--drain-seconds", "0"],
            Log = line => File.AppendAllText(Path.Combine(folder.FullName, "operator.log"), line + "\n"),
        };
    }

    public KubeApi Api { get; }

    public TrainerProgram Trainer { get; } = TrainerProgram.OfSandbox("sandbox.example/trainer:1");

    public string AgentImage => "sandbox.example/agent:1";

    public string? PythonImage => "sandbox.example/python:1";

    public bool HasSdk => false;

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
                    ["sandbox.example/python"] = ["python3"],
                },
                RestartDelay = TimeSpan.FromMilliseconds(200),
                JobRetryDelay = TimeSpan.FromMilliseconds(200),
            },
            ct);
        var cluster = new SandboxCluster(local, folder);
        await File.WriteAllTextAsync(cluster._start.Kubeconfig, local.Kubeconfig, ct);
        await cluster.Api.ApplyAsync(Manifests.Read("crds"), null);
        // Of the rest, a sandbox has what admission needs: no Deployments, and everybody may do everything.
        var parts = Manifests.Files("deploy").Where(file => Path.GetFileName(file) is var name && (name.Contains("namespace", StringComparison.Ordinal) || name.Contains("webhook", StringComparison.Ordinal)));
        // Under load 3 s may pass before an operator of the JIT answers its first review, and what then happens is another test's.
        foreach (var file in parts)
            await cluster.Api.ApplyAsync((await File.ReadAllTextAsync(file, ct)).Replace("timeoutSeconds: 3\n", "timeoutSeconds: 30\n", StringComparison.Ordinal), null);
        local.ForwardService("wandb-operator", "wandb-operator", cluster._start.Address);
        await cluster.StartOperatorAsync();
        return cluster;
    }

    public Uri? ServerUrl(string ns) => null;

    public Task OpenWayAsync(string ns, Uri server) => Task.CompletedTask;

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

    public async Task StopOperatorAsync()
    {
        if (_operator is null)
            return;
        await _operator.StopAsync(CancellationToken.None).WaitAsync(Deadline);
        _operator.Dispose();
        _operator = null;
    }

    public async Task StartOperatorAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Deadline);
        _operator = await OperatorProcess.StartAsync(_start, limit.Token);
        await _operator.UntilReadyAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopOperatorAsync();
        Api.Dispose();
        await _cluster.DisposeAsync();
        _port.Dispose();
        _folder.Delete(recursive: true);
        Assert.Empty(_cluster.Problems);
    }

    private static Task Done(bool isDone)
    {
        Assert.True(isDone, "what was to be disturbed does not run");
        return Task.CompletedTask;
    }
}
