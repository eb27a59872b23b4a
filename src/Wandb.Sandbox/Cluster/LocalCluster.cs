using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Controllers;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Kubelet;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster;

/// <summary>
/// A Kubernetes API server on 127.0.0.1 for the kinds that this project uses, with the controllers behind them and a kubelet that runs
/// containers as processes. Everything is in memory and in a temporary folder, and gone with this object. See docs/sandbox-cluster.md.
/// </summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ClusterParts parts;
    private readonly LocalKubelet kubelet;
    private readonly NodeSet nodes;
    private readonly ClusterCertificates certificates;
    private readonly CancellationTokenSource stopping = new();
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("wandb-sandbox-cluster-");
    private Task controllers = Task.CompletedTask;

    private LocalCluster(LocalClusterOptions options)
    {
        parts = new ClusterParts(options.Time);
        kubelet = new LocalKubelet(parts, options, root.FullName);
        nodes = new NodeSet(parts, kubelet);
        certificates = ClusterCertificates.Create(options.Time.GetUtcNow());
        app = Build(options.Port, certificates);
        var reviews = new ReviewAnswers(parts.Store, parts.Tokens);
        var resources = new ResourceEndpoint(parts.Store, parts.Writes, parts.Deletion, reviews, new ListAnswer(parts.Store, options.Time), options.Time);
        var watches = new WatchAnswer(parts.Store, parts.Faults, options.Time, options.BookmarkInterval);
        app.Run(new ApiServer(parts, resources, watches, new LogAnswer(parts, kubelet), Token, options.OnRequest).HandleAsync);
    }

    /// <summary>Base URL, without a closing slash.</summary>
    public Uri Url { get; private set; } = new("https://127.0.0.1");

    /// <summary>Bearer token of an administrator.</summary>
    public string Token { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The certificate authority of <see cref="Url"/>.</summary>
    public X509Certificate2 Authority => certificates.Authority;

    /// <summary>Mistakes of the cluster's own parts; empty unless this program has one.</summary>
    public IReadOnlyCollection<string> Problems => parts.Problems;

    public ClusterFaults Faults => parts.Faults;

    /// <summary>A kubeconfig (JSON, which is YAML) for kubectl and client libraries.</summary>
    public string Kubeconfig => KubeconfigFile.Text(Url, Token, certificates.Authority);

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<LocalCluster> StartAsync(LocalClusterOptions options, CancellationToken cancellationToken)
    {
        var cluster = new LocalCluster(options);
        await cluster.app.StartAsync(cancellationToken);
        cluster.Url = new Uri(cluster.app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        foreach (var ns in new[] { "default", "kube-system" })
        {
            var node = new JsonObject { ["metadata"] = new JsonObject { ["name"] = ns } };
            await cluster.parts.Writes.CreateAsync(new WriteRequest(BuiltInKinds.Namespaces, "", "", "", "kube-apiserver"), node, cancellationToken);
        }

        foreach (var name in options.Nodes)
        {
            await cluster.nodes.AddAsync(name, cancellationToken);
        }

        cluster.RunControllers(options);
        return cluster;
    }

    /// <summary>A client that trusts this cluster and signs in as its administrator. The caller disposes it.</summary>
    public HttpClient Connect()
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(Authority);
        return new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust } })
        {
            BaseAddress = Url,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
        };
    }

    /// <summary>Calls to webhooks of this Service go to a process of the host.</summary>
    public void ForwardService(string ns, string service, IPEndPoint target) => parts.Webhooks.Forward(ns, service, target);

    /// <summary>Ends a pod as a kubelet does under pressure: SIGTERM, then Failed with reason Evicted.</summary>
    /// <returns>False when the pod does not run.</returns>
    public async Task<bool> EvictAsync(string ns, string pod)
    {
        if (RunnerOf(ns, pod) is not { } runner)
        {
            return false;
        }

        await runner.StopAsync(TimeSpan.Zero, new PodVerdict("Evicted", "The node was low on resource: memory."));
        return true;
    }

    /// <summary>Kills a container with SIGKILL and reason OOMKilled.</summary>
    /// <returns>False when the container does not run.</returns>
    public bool KillOutOfMemory(string ns, string pod, string container) => RunnerOf(ns, pod)?.KillOutOfMemory(container) ?? false;

    /// <summary>Kills a container with SIGKILL, as a fault of its own: reason Error, exit code 137.</summary>
    /// <returns>False when the container does not run.</returns>
    public bool KillContainer(string ns, string pod, string container) => RunnerOf(ns, pod)?.Kill(container) ?? false;

    /// <summary>Preempts a pod as the scheduler does: the condition DisruptionTarget, then a deletion with the pod's grace period.</summary>
    /// <returns>False when there is no such pod.</returns>
    public async Task<bool> PreemptAsync(string ns, string pod, CancellationToken cancellationToken)
    {
        if (parts.Store.Get(BuiltInKinds.Pods.Id, ns, pod) is not { } stored)
        {
            return false;
        }

        await new PodDisruption(parts).PreemptAsync(stored, cancellationToken);
        return true;
    }

    /// <summary>A node goes silent: it is not ready, and its pods are deleted but stay until the Node object is deleted.</summary>
    /// <param name="killsProcesses">False: they live on, unseen.</param>
    public Task LoseNodeAsync(string name, bool killsProcesses, CancellationToken cancellationToken) => nodes.LoseAsync(name, killsProcesses, cancellationToken);

    /// <summary>Folder of a pod's volume, in which a test may look.</summary>
    public string VolumeFolder(string podUid, string volume) => Path.Combine(kubelet.FolderOf(podUid), "volumes", volume);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        Faults.DropWatches();
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        try
        {
            await controllers;
        }
        catch (OperationCanceledException)
        {
            // They end by that.
        }

        parts.Dispose();
        certificates.Dispose();
        stopping.Dispose();
        root.Delete(recursive: true);
    }

    private static WebApplication Build(int port, ClusterCertificates certificates)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(certificates.Server));
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
        });
        return builder.Build();
    }

    private void RunControllers(LocalClusterOptions options) => controllers = Task.WhenAll(
        Task.Run(() => new DefinitionController(parts).RunAsync(stopping.Token)),
        Task.Run(() => new NamespaceController(parts).RunAsync(stopping.Token)),
        Task.Run(() => new GarbageCollector(parts).RunAsync(stopping.Token)),
        Task.Run(() => new Scheduler(parts).RunAsync(stopping.Token)),
        Task.Run(() => nodes.RunAsync(stopping.Token)),
        Task.Run(() => new JobController(parts, options.JobRetryDelay).RunAsync(stopping.Token)),
        Task.Run(() => new DeploymentController(parts).RunAsync(stopping.Token)),
        Task.Run(() => kubelet.RunAsync(stopping.Token)));

    private PodRunner? RunnerOf(string ns, string pod) => parts.Store.Get(BuiltInKinds.Pods.Id, ns, pod) is { } stored ? kubelet.Find(stored.Uid) : null;
}
