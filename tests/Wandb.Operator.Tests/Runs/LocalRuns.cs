using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wandb.Contract;
using Wandb.Operator.Certificates;
using Wandb.Operator.Injection;
using Wandb.Operator.Manifests;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using Wandb.Operator.Tests.Leadership;
using Wandb.Operator.Tests.Watching;
using Wandb.Operator.Watching;
using Wandb.Sandbox.Cluster;

namespace Wandb.Operator.Tests.Runs;

/// <summary>
/// The caches and controllers of the operator against a cluster without nodes, whose pods do what a test says. Unless a test wants it
/// otherwise, the operator's clock runs 50 times as fast as the cluster's.
/// </summary>
internal sealed class LocalRuns : IAsyncDisposable
{
    public const string Namespace = "default";
    private const int DefaultSpeed = 50;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly KubernetesClientConfiguration _access;
    private readonly KubernetesApi _client;
    private readonly FastTime _time;
    private IHost? _operator;

    // Runs, and does not lead.
    private IHost? _following;

    private LocalRuns(LocalCluster cluster, KubernetesClientConfiguration access, int speed)
    {
        (Cluster, _access, _time) = (cluster, access, new FastTime(speed));
        _client = new KubernetesApi(access, TimeProvider.System);
    }

    public LocalCluster Cluster { get; }

    /// <summary>Of the operator that runs now, or ran last.</summary>
    public MetricLog Metrics { get; private set; } = new();

    /// <summary>Status writes of all operators so far, also those that came to nothing.</summary>
    public int Writes => Metrics.Lines.Count(line => line.StartsWith("wandb.operator.status.writes", StringComparison.Ordinal));

    /// <summary>Of the operator that leads.</summary>
    public IServiceProvider Services => _operator!.Services;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="isOperatorRunning">False: nobody looks yet; see <see cref="StartOperatorAsync"/>.</param>
    /// <param name="speed">Of the operator's clock; 1 where its limits are for answers of the cluster, which no clock makes faster.</param>
    public static async Task<LocalRuns> StartAsync(bool isOperatorRunning = true, int speed = DefaultSpeed)
    {
        var cluster = await LocalCluster.StartAsync(new LocalClusterOptions { Nodes = [], BookmarkInterval = TimeSpan.FromMilliseconds(500) }, Token);
        using var kubeconfig = new MemoryStream(Encoding.UTF8.GetBytes(cluster.Kubeconfig));
        var runs = new LocalRuns(cluster, await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(kubeconfig), speed);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "crds"), "*.yaml"))
        {
            using var text = new StreamReader(file);
            var definition = YamlDocuments.Read(text).Single();
            await runs.CreateAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition.ToJsonString());
            await runs.UntilAsync(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition["metadata"]!["name"]!.GetValue<string>(),
                node => JsonRead.Objects(node["status"]?["conditions"]).Any(condition => JsonRead.Text(condition["type"]) == "Established"));
        }
        if (isOperatorRunning)
            await runs.StartOperatorAsync();
        return runs;
    }

    public async Task StartOperatorAsync()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton(Metrics.Metrics);
        builder.Services.AddSingleton<ILeadership>(new GivenLeadership());
        builder.Services.AddSingleton(provider => new ServingCertificate(provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(provider => new KubernetesApi(_access, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddRunReconciliation(new OperatorDefaults { AgentImage = "agent" }, []);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        _operator = builder.Build();
        await _operator.StartAsync(Token);
        await Task.WhenAll(_operator.Services.GetServices<IResourceCache>().Select(cache => cache.WhenFilledAsync(Token))).WaitAsync(Deadline, Token);
    }

    public async Task StopOperatorAsync()
    {
        await _operator!.StopAsync(Token);
        _operator.Dispose();
        _operator = null;
    }

    /// <summary>The operator that led does not lead any more, and goes on; another one leads.</summary>
    public async Task HandOverAsync()
    {
        LeadershipOf(_operator!).Lose();
        _following = _operator;
        await StartOperatorAsync();
    }

    /// <summary>The one that leads ends, and that of before leads again.</summary>
    public async Task HandBackAsync()
    {
        await StopOperatorAsync();
        (_operator, _following) = (_following, null);
        LeadershipOf(_operator!).Lead(othersLed: true);
    }

    public Task CreateRunAsync(string name, string spec = "{}") => CreateAsync(
        $"/apis/{ResourceNames.ApiVersion}/namespaces/{Namespace}/{ResourceNames.Runs}",
        $$"""{"apiVersion":"{{ResourceNames.ApiVersion}}","kind":"WandbRun","metadata":{"name":"{{name}}"},"spec":{{spec}}}""");

    public Task DeleteRunAsync(string name) =>
        SendAsync(HttpMethod.Delete, $"/apis/{ResourceNames.ApiVersion}/namespaces/{Namespace}/{ResourceNames.Runs}/{name}");

    /// <summary>A pod as admission leaves it, with the agent.</summary>
    /// <returns>Its identity.</returns>
    public async Task<PodIdentity> CreatePodAsync(string name, string run) => await CreatePodAsync(
        name, run, $$"""{"{{InjectionKeys.Run}}":"{{run}}","{{InjectionKeys.Injected}}":"v1","{{InjectionKeys.RunUid}}":"{{await UidAsync(run)}}"}""",
        """[{"name":"wandb-operator-agent","image":"agent","restartPolicy":"Always","env":[{"name":"WANDB_AGENT_CONTAINERS","value":"main"}]}]""");

    /// <summary>A pod as admission leaves it, at an API server that knows no native sidecars.</summary>
    public async Task<PodIdentity> CreateHeldUpPodAsync(string name, string run) => await CreatePodAsync(
        name, run, $$"""{"{{InjectionKeys.Run}}":"{{run}}","{{InjectionKeys.Injected}}":"v1","{{InjectionKeys.RunUid}}":"{{await UidAsync(run)}}"}""",
        """[{"name":"wandb-operator-agent","image":"agent"}]""");

    /// <summary>A pod as admission leaves it, without the agent.</summary>
    public Task<PodIdentity> CreateMissedPodAsync(string name, string run, string missed) => CreatePodAsync(
        name, run, $$"""{"{{InjectionKeys.Run}}":"{{run}}","{{InjectionKeys.Missed}}":"{{missed}}"}""", "[]");

    public Task DeletePodAsync(string name) => SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/{Namespace}/pods/{name}?gracePeriodSeconds=0");

    /// <summary>The kubelet's word.</summary>
    public Task SetPodStatusAsync(string name, string status) => SendAsync(
        HttpMethod.Patch, $"/api/v1/namespaces/{Namespace}/pods/{name}/status", $$"""{"status":{{status}}}""", "application/merge-patch+json");

    public Task EndPodAsync(string name, int exitCode) => SetPodStatusAsync(
        name,
        $$$$"""
        {"phase":"{{{{(exitCode == 0 ? "Succeeded" : "Failed")}}}}","containerStatuses":[{"name":"main","image":"i","imageID":"","ready":false,"restartCount":0,
         "state":{"terminated":{"exitCode":{{{{exitCode}}}},"reason":"{{{{(exitCode == 0 ? "Completed" : "Error")}}}}","startedAt":"2026-03-01T10:00:00Z","finishedAt":"2026-03-01T10:30:00Z"}}}]}
        """);

    /// <summary>As the endpoint for reports does it.</summary>
    public void Report(PodIdentity pod, params ReportedRun[] runs)
    {
        var now = Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var report = new AgentReport
        {
            AgentVersion = "1",
            SentAt = now,
            State = AgentState.Following,
            Backend = new BackendReport { BaseUrl = new Uri("http://wandb"), State = BackendState.Reachable },
            Runs = runs,
        };
        var news = Services.GetRequiredService<ReportStore>().Take(pod, report, now);
        Assert.NotEqual(ReportNews.None, news);
        Services.GetRequiredService<IReportingPods>().Reported(pod, news);
    }

    public static ReportedRun Run(string id, ReportedRunState state, long rows = 10) =>
        new()
        {
            Id = id,
            Group = "g",
            Container = "main",
            File = "/x.wandb",
            State = state,
            StartedAt = new DateTimeOffset(2026, 3, 1, 10, 1, 0, TimeSpan.Zero),
            FinishedAt = state == ReportedRunState.Synced ? new DateTimeOffset(2026, 3, 1, 10, 20, 0, TimeSpan.Zero) : null,
            ExitCode = state == ReportedRunState.Synced ? 0 : null,
            RowsRead = rows,
            RowsAcknowledged = state == ReportedRunState.Synced ? rows : rows - 3,
            ReceiptDigest = state == ReportedRunState.Synced ? "d" : null,
        };

    public async Task<WandbRunStatus?> StatusAsync(string run) =>
        (await SendAsync(HttpMethod.Get, $"/apis/{ResourceNames.ApiVersion}/namespaces/{Namespace}/{ResourceNames.Runs}/{run}")).Deserialize(OperatorJson.Default.WandbRun)!.Status;

    /// <summary>Watches the WandbRun until its status is as the test wants it.</summary>
    public async Task<WandbRunStatus> UntilStatusAsync(string run, Func<WandbRunStatus, bool> isReached)
    {
        WandbRunStatus? Read(JsonNode node) => node.Deserialize(OperatorJson.Default.WandbRun)!.Status;
        var node = await UntilAsync(
            $"/apis/{ResourceNames.ApiVersion}/namespaces/{Namespace}/{ResourceNames.Runs}", run, node => Read(node) is { } status && isReached(status));
        return Read(node)!;
    }

    public async Task CreateAsync(string collection, string json) => await SendAsync(HttpMethod.Post, collection, json);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        var outcome = await _client.SendAsync(new ApiRequest(method, path) { Body = Encoding.UTF8.GetBytes(body ?? ""), ContentType = type }, Token);
        return Assert.IsType<ApiOutcome.Done>(outcome).Body;
    }

    public async ValueTask DisposeAsync()
    {
        if (_operator is not null)
            await StopOperatorAsync();
        _operator = _following;
        if (_operator is not null)
            await StopOperatorAsync();
        Metrics.Dispose();
        _client.Dispose();
        await Cluster.DisposeAsync();
        Assert.Empty(Cluster.Problems);
    }

    /// <summary>Waits for an object that a label selects.</summary>
    public async Task<JsonNode> UntilAnyAsync(string collection, string labelSelector)
    {
        using var stream = await _client.OpenAsync(new ApiRequest(HttpMethod.Get, $"{collection}?watch=true&labelSelector={labelSelector}"), Token);
        using var reader = new StreamReader(Assert.IsType<ApiStream.Opened>(stream).Body);
        var line = await reader.ReadLineAsync(Token).AsTask().WaitAsync(Deadline, Token);
        return JsonNode.Parse(line!)!["object"]!;
    }

    private static GivenLeadership LeadershipOf(IHost host) => (GivenLeadership)host.Services.GetRequiredService<ILeadership>();

    /// <returns>Empty: there is no such WandbRun.</returns>
    private async Task<string> UidAsync(string run) =>
        await _client.GetAsync($"/apis/{ResourceNames.ApiVersion}/namespaces/{Namespace}/{ResourceNames.Runs}/{run}", Token) is ApiOutcome.Done found
            ? found.Body.GetProperty("metadata").GetProperty("uid").GetString()!
            : "";

    private async Task<PodIdentity> CreatePodAsync(string name, string run, string annotations, string init)
    {
        await CreateAsync(
            $"/api/v1/namespaces/{Namespace}/pods",
            $$$"""
            {"metadata":{"name":"{{{name}}}","labels":{"{{{InjectionKeys.Run}}}":"{{{run}}}"},"annotations":{{{annotations}}}},
             "spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"i"}],"initContainers":{{{init}}}}}
            """);
        var pod = await SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{Namespace}/pods/{name}");
        return new PodIdentity(Namespace, name, pod.GetProperty("metadata").GetProperty("uid").GetString()!);
    }

    public async Task<JsonNode> UntilAsync(string collection, string name, Func<JsonNode, bool> isReached)
    {
        using var limit = new CancellationTokenSource(Deadline, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, Token);
        JsonNode? last = null;
        try
        {
            using var stream = await _client.OpenAsync(
                new ApiRequest(HttpMethod.Get, $"{collection}?watch=true&fieldSelector=metadata.name={name}"), stop.Token);
            using var reader = new StreamReader(Assert.IsType<ApiStream.Opened>(stream).Body);
            while (await reader.ReadLineAsync(stop.Token) is { } line)
            {
                var happened = JsonNode.Parse(line)!;
                if (JsonRead.Text(happened["type"]) is not ("ADDED" or "MODIFIED"))
                    continue;
                last = happened["object"]!;
                if (isReached(last))
                    return last;
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // Told below.
        }
        throw new TimeoutException($"{collection}/{name} did not come to what was expected: {last?.ToJsonString()}");
    }
}
