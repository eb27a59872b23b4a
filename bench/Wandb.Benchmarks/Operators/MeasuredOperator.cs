using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Benchmarks.Live;
using Wandb.Sandbox.Cluster;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Demonstration;

namespace Wandb.Benchmarks.Operators;

/// <summary>
/// `wandb-operator serve` as a process of its own beside a cluster in this one, whose requests are counted. Both end with this object. The cluster has no
/// nodes: pods are what a measurement says.
/// </summary>
internal sealed class MeasuredOperator : IAsyncDisposable
{
    public const string Namespace = "default";
    private const string Own = "wandb-operator";
    private const string Secret = "wandb-operator-certificate";
    private const string Variables = "ENV ";

    private readonly ConcurrentDictionary<string, int> requests;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wandb-bench-operator-");
    private readonly HeldPort port = new();
    private OperatorProcess? process;

    private MeasuredOperator(LocalCluster cluster, ConcurrentDictionary<string, int> requests)
    {
        Cluster = cluster;
        Api = new ClusterApi(cluster.Connect(), "wandb-bench");
        this.requests = requests;
    }

    public LocalCluster Cluster { get; }

    public ClusterApi Api { get; }

    public int ProcessId => process!.Id;

    /// <summary>From the start of the process to the first answer over TLS that a cluster would trust.</summary>
    public TimeSpan StartUp { get; private set; }

    /// <summary>Processor time until then, which a busy machine changes less.</summary>
    public TimeSpan StartUpCpu { get; private set; }

    /// <summary>Requests of the operator to the API server so far, by verb and resource.</summary>
    public IReadOnlyDictionary<string, int> Requests => new SortedDictionary<string, int>(requests, StringComparer.Ordinal);

    /// <param name="firstAnswer">Asks for something and throws <see cref="HttpRequestException"/> until there is an answer.</param>
    public static async Task<MeasuredOperator> StartAsync(
        OperatorChoice choice, Func<MeasuredOperator, CancellationToken, Task> firstAnswer, CancellationToken cancellationToken)
    {
        var requests = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        void Count(ClusterRequest request)
        {
            if (request.Client == Own)
            {
                requests.AddOrUpdate($"{request.Verb} {request.Resource}", 1, (_, count) => count + 1);
            }
        }

        var started = new MeasuredOperator(await LocalCluster.StartAsync(new LocalClusterOptions { Nodes = [], OnRequest = Count }, cancellationToken), requests);
        try
        {
            await started.InstallAsync(choice, firstAnswer, cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of the operator that trusts what the webhooks trust.</summary>
    /// <param name="version">2.0: as the API server; 1.1: as agents.</param>
    public async Task<HttpClient> ConnectAsync(Version version, CancellationToken cancellationToken)
    {
        JsonObject webhooks = (await Api.FindAsync($"apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/{Own}", cancellationToken))!;
        string? bundle = webhooks.Objects("webhooks").First().Text("clientConfig", "caBundle");
        if (bundle is null)
        {
            throw new HttpRequestException("there is no caBundle yet");
        }

        return FirstAnswer.Client(port.Address, Encoding.UTF8.GetString(Convert.FromBase64String(bundle)), version);
    }

    public async ValueTask DisposeAsync()
    {
        process?.Dispose();
        Api.Dispose();
        await Cluster.DisposeAsync();
        port.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task InstallAsync(OperatorChoice choice, Func<MeasuredOperator, CancellationToken, Task> firstAnswer, CancellationToken cancellationToken)
    {
        string kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, Cluster.Kubeconfig, cancellationToken);
        JsonObject own = new() { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = Own } };
        foreach (JsonObject manifest in KFoldManifests.Definitions().Append(own).Append(KFoldManifests.Webhooks()))
        {
            await Api.ApplyAsync(manifest, null, cancellationToken);
        }

        var start = new OperatorStart(kubeconfig, Own, "agent.example/wandb-agent:1", port.Address)
        {
            Environment = ImageVariables().Concat(choice.Environment).Select(variable => variable.Split('=', 2)).GroupBy(parts => parts[0], StringComparer.Ordinal)
                .ToDictionary(parts => parts.Key, parts => parts.Last()[1], StringComparer.Ordinal),
            Program = choice.Program,
        };
        Cluster.ForwardService(Own, Own, port.Address);
        await WarmUpAsync(start, firstAnswer, cancellationToken);
        long begun = TimeProvider.System.GetTimestamp();
        process = await OperatorProcess.StartAsync(start, cancellationToken);
        await FirstAnswer.WaitAsync(stop => firstAnswer(this, stop), process.ThrowIfOver, cancellationToken);
        StartUp = TimeProvider.System.GetElapsedTime(begun);
        StartUpCpu = AgentUse.Of(process.Id).Cpu;
        await process.UntilReadyAsync(cancellationToken);
    }

    /// <summary>A start before the one that is measured: an API server has been running for long and has its code compiled. What was made goes.</summary>
    private async Task WarmUpAsync(OperatorStart start, Func<MeasuredOperator, CancellationToken, Task> firstAnswer, CancellationToken cancellationToken)
    {
        using OperatorProcess before = await OperatorProcess.StartAsync(start, cancellationToken);
        await FirstAnswer.WaitAsync(stop => firstAnswer(this, stop), before.ThrowIfOver, cancellationToken);
        await before.UntilReadyAsync(cancellationToken);
        await before.StopAsync(cancellationToken);
        await Api.DeleteAsync($"api/v1/namespaces/{Own}/secrets/{Secret}", cancellationToken);
    }

    /// <summary><c>ENV</c> of the image's last stage, one line.</summary>
    private static string[] ImageVariables() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "operator.Dockerfile")).Last(line => line.StartsWith(Variables, StringComparison.Ordinal))[Variables.Length..].Split(' ');
}
