using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster;

namespace Wandb.Sandbox.Tests.Cluster;

/// <summary>A cluster with quick restarts, and a client that sends exactly what a test says.</summary>
internal sealed class ClusterClient : IAsyncDisposable
{
    public const string Pods = "api/v1/namespaces/default/pods";
    public const string ConfigMaps = "api/v1/namespaces/default/configmaps";

    private readonly ClusterApi api;

    private ClusterClient(LocalCluster cluster)
    {
        Cluster = cluster;
        api = new ClusterApi(cluster.Connect(), "cluster-tests");
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public LocalCluster Cluster { get; }

    public static async Task<ClusterClient> StartAsync(LocalClusterOptions? options = null) => new(await LocalCluster.StartAsync(
        options ?? new LocalClusterOptions { RestartDelay = TimeSpan.FromMilliseconds(50), JobRetryDelay = TimeSpan.FromMilliseconds(50) }, Token));

    /// <summary>Status code and body.</summary>
    public async Task<(int Code, JsonNode Body)> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json", string? accept = null)
    {
        var (code, answer) = await api.SendAsync(method, path, body, type, accept ?? "application/json", Token);
        return ((int)code, answer);
    }

    public Task<(int Code, JsonNode Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<(int Code, JsonNode Body)> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    public Task<(int Code, JsonNode Body)> ApplyAsync(string path, string manager, string body, bool force = false) =>
        SendAsync(HttpMethod.Patch, $"{path}?fieldManager={manager}&force={(force ? "true" : "false")}", body, ClusterApi.ApplyPatch);

    public async Task CreateAsync(string path, string body)
    {
        var (code, answer) = await PostAsync(path, body);
        Assert.True(code == 201, answer.ToJsonString());
    }

    public Task CreateConfigMapAsync(string name, string labels = "{}") =>
        CreateAsync(ConfigMaps, $$$"""{"metadata":{"name":"{{{name}}}","labels":{{{labels}}}},"data":{"a":"1"}}""");

    /// <summary>Lines of a watch as they come; ends with the watch.</summary>
    public IAsyncEnumerable<JsonNode> WatchAsync(string path) => api.LinesAsync(path, Token);

    /// <summary>Watches one object until it is as the test wants it.</summary>
    public async Task<JsonNode> UntilAsync(string collection, string name, Func<JsonNode, bool> isReached)
    {
        await foreach (var line in WatchAsync($"{collection}?watch=true&fieldSelector=metadata.name={name}&timeoutSeconds=30"))
        {
            if (line["type"]!.GetValue<string>() != "DELETED" && isReached(line["object"]!))
            {
                return line["object"]!;
            }
        }

        throw new TimeoutException($"{collection}/{name} did not come to what was expected: {(await GetAsync($"{collection}/{name}")).Body.ToJsonString()}");
    }

    public Task<JsonNode> UntilPhaseAsync(string pod, string phase) => UntilAsync(Pods, pod, node => node["status"]?["phase"]?.GetValue<string>() == phase);

    public async ValueTask DisposeAsync()
    {
        api.Dispose();
        await Cluster.DisposeAsync();
        Assert.Empty(Cluster.Problems);
    }
}
