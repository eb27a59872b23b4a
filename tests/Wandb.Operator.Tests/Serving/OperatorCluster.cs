using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wandb.Operator.Certificates;
using Wandb.Operator.Injection;
using Wandb.Operator.Manifests;
using Wandb.Operator.Serving;
using Wandb.Operator.Watching;
using Wandb.Sandbox.Cluster;
using Wandb.Sandbox.Cluster.Api;

namespace Wandb.Operator.Tests.Serving;

/// <summary>A cluster with our kinds and webhooks as the manifests have them, and replicas of the operator in this process.</summary>
internal sealed class OperatorCluster : IAsyncDisposable
{
    public const string Namespace = "wandb-operator";
    public const string SecretPath = $"/api/v1/namespaces/{Namespace}/secrets/wandb-operator-certificate";
    public const string LeasePath = $"/apis/coordination.k8s.io/v1/namespaces/{Namespace}/leases/wandb-operator";
    public const string WebhooksPath = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/wandb-operator";
    public const string Pods = "/api/v1/namespaces/default/pods";

    private const string OperatorAgent = "wandb-operator";

    private static readonly Dictionary<string, string> Collections = new(StringComparer.Ordinal)
    {
        ["Namespace"] = "/api/v1/namespaces",
        ["CustomResourceDefinition"] = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        ["MutatingWebhookConfiguration"] = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
    };

    private readonly List<OperatorServer> _servers = [];
    private readonly KubernetesClientConfiguration _access;

    private OperatorCluster(LocalCluster cluster, KubernetesClientConfiguration access, ConcurrentQueue<ClusterRequest> requests) =>
        (Cluster, _access, Api, Requests) = (cluster, access, new KubernetesApi(access, TimeProvider.System), requests);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public LocalCluster Cluster { get; }

    /// <summary>As an administrator.</summary>
    public KubernetesApi Api { get; }

    /// <summary>What replicas have asked it, without what a test itself did.</summary>
    public IEnumerable<ClusterRequest> OperatorRequests => Requests.Where(request => request.Client == OperatorAgent);

    /// <summary>Another client; whoever gets it disposes it.</summary>
    public KubernetesApi NewApi() => new(_access, TimeProvider.System);

    /// <summary>What the API server was asked, oldest first.</summary>
    public ConcurrentQueue<ClusterRequest> Requests { get; }

    public static async Task<OperatorCluster> StartAsync(LocalClusterOptions? options = null)
    {
        var requests = new ConcurrentQueue<ClusterRequest>();
        var cluster = await LocalCluster.StartAsync((options ?? new LocalClusterOptions()) with { OnRequest = requests.Enqueue }, Token);
        using var kubeconfig = new MemoryStream(Encoding.UTF8.GetBytes(cluster.Kubeconfig));
        var started = new OperatorCluster(cluster, await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(kubeconfig), requests);
        foreach (var manifest in new[] { "deploy/00-namespace.yaml", "crds/wandbrun.yaml", "crds/wandbprofile.yaml", "deploy/40-mutatingwebhookconfiguration.yaml" })
        {
            foreach (var document in Read(manifest))
                await started.CreateAsync(Collections[(string)document["kind"]!], document.ToJsonString());
        }
        return started;
    }

    public static IReadOnlyList<JsonNode> Read(string manifest)
    {
        using var text = new StreamReader(Path.Combine(AppContext.BaseDirectory, manifest));
        return YamlDocuments.Read(text);
    }

    public static OperatorOptions Options(string name) => new()
    {
        Namespace = Namespace,
        Listen = "127.0.0.1",
        HttpsPort = 0,
        HealthPort = 0,
        PodName = name,
        PodIp = "127.0.0.1",
        AgentImage = "example.com/agent:1",
        DrainSeconds = 0,
    };

    /// <summary>A replica that listens; not yet ready.</summary>
    public async Task<OperatorServer> StartReplicaAsync(
        OperatorOptions options, TimeProvider? time = null, Action<ILoggingBuilder>? logging = null, Action<IServiceCollection>? services = null,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        var defaults = new OperatorDefaults { AgentImage = options.AgentImage, ReportUrl = options.EffectiveReportUrl };
        var server = OperatorServer.Create(
            options, defaults, AccessOf(_access), environment ?? new Dictionary<string, string?>(), time ?? TimeProvider.System, logging ?? (_ => { }), services);
        _servers.Add(server);
        await server.StartAsync(Token);
        return server;
    }

    private static KubernetesClientConfiguration AccessOf(KubernetesClientConfiguration admin) =>
        new() { Host = admin.Host, SslCaCerts = admin.SslCaCerts, AccessToken = admin.AccessToken, UserAgent = OperatorAgent };

    /// <summary>Ends one as SIGTERM does.</summary>
    public async Task StopAsync(OperatorServer server)
    {
        _servers.Remove(server);
        await server.StopAsync();
        await server.DisposeAsync();
    }

    /// <summary>The Service leads to this replica.</summary>
    public void Route(OperatorServer server) => Cluster.ForwardService(Namespace, "wandb-operator", EndPointOf(server));

    public static IPEndPoint EndPointOf(OperatorServer server) => new(IPAddress.Loopback, server.Addresses.Single(address => address.Scheme == "https").Port);

    public static Task UntilReadyAsync(OperatorServer server) =>
        UntilAsync(() => Task.FromResult(server.Services.GetRequiredService<HealthEndpoints>().IsReady), "ready");

    /// <summary>Asks again and again, each time with a request that is really carried out or after a turn of the scheduler.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isReached, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await isReached())
        {
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"not {what} within 30 s");
            await timer.WaitForNextTickAsync(Token);
        }
    }

    public async Task<JsonElement?> FindAsync(string path) => await Api.GetAsync(path, Token) switch
    {
        ApiOutcome.Done done => done.Body,
        ApiOutcome.Refused { Refusal.IsNotFound: true } => null,
        var other => throw new InvalidOperationException(other.ToString()),
    };

    public async Task<JsonElement> CreateAsync(string collection, string json)
    {
        var outcome = await Api.PostAsync(collection, Encoding.UTF8.GetBytes(json), Token);
        return Assert.IsType<ApiOutcome.Done>(outcome).Body;
    }

    public async Task<CertificateState?> CertificatesAsync() => await FindAsync(SecretPath) is { } secret ? CertificateSecret.Read(secret) : null;

    /// <summary>PEM of the first webhook's caBundle, as an API server has it.</summary>
    public async Task<string> BundleAsync()
    {
        var webhooks = (await FindAsync(WebhooksPath))!.Value.GetProperty("webhooks");
        return CertificateBundle.Decode(webhooks[0].GetProperty("clientConfig").TryGetProperty("caBundle", out var bundle) ? bundle.GetString() : null);
    }

    /// <summary>Calls a replica by the Service's name, on a connection of its own each time, and trusts nothing but a bundle.</summary>
    public static HttpClient ClientOf(IPEndPoint target, string bundle, DateTimeOffset? at = null)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (at is { } time)
            (trust.VerificationTime, trust.VerificationTimeIgnored) = (time.UtcDateTime, false);
        trust.CustomTrustStore.ImportFromPem(bundle);
        return new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { CertificateChainPolicy = trust },
            ConnectCallback = async (_, ct) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(target, ct);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri($"https://wandb-operator.{Namespace}.svc:8443") };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        Api.Dispose();
        await Cluster.DisposeAsync();
        Assert.Empty(Cluster.Problems);
    }
}
