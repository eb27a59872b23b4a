using System.Text;
using System.Text.Json;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Wandb.Operator.Watching;
using Wandb.Sandbox.Cluster;

namespace Wandb.Operator.Tests.Watching;

/// <summary>A cluster, and a watch of the config maps of namespace default: what is kept is their data.a.</summary>
internal sealed class LocalWatch : IAsyncDisposable
{
    public const string Path = "/api/v1/namespaces/default/configmaps";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    // Guards the two below.
    private readonly Lock _gate = new();
    private readonly List<string> _told = [];
    private readonly List<(string Line, TaskCompletionSource Seen)> _waits = [];

    private LocalWatch(LocalCluster cluster, KubernetesApi api)
    {
        (Cluster, Api) = (cluster, api);
        Cache.Changed += (key, before, after) => Tell($"{key.Name} {before ?? "-"} {after ?? "-"}");
    }

    public LocalCluster Cluster { get; }

    public KubernetesApi Api { get; }

    public MetricLog Metrics { get; } = new();

    public ResourceCache<string> Cache { get; } = new("configmaps");

    /// <summary>Called with each object before it is reduced.</summary>
    public Action<JsonElement>? OnRead { get; set; }

    /// <summary>Quick, and two objects a page.</summary>
    public WatchLimits Limits { get; set; } = new()
    {
        PageSize = 2,
        Retry = new RetryDelay(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100)),
    };

    /// <summary>Every change, as "name before after".</summary>
    public IReadOnlyList<string> Told
    {
        get
        {
            lock (_gate)
                return [.. _told];
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<LocalWatch> StartAsync(LocalClusterOptions? options = null)
    {
        var cluster = await LocalCluster.StartAsync(options ?? new LocalClusterOptions(), Token);
        using var kubeconfig = new MemoryStream(Encoding.UTF8.GetBytes(cluster.Kubeconfig));
        var configuration = await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(kubeconfig);
        return new LocalWatch(cluster, new KubernetesApi(configuration, TimeProvider.System));
    }

    public void Run(string? labelSelector = null, bool isMetadataOnly = false)
    {
        var resource = new WatchedResource<string>
        {
            Name = "configmaps",
            Path = Path,
            LabelSelector = labelSelector,
            IsMetadataOnly = isMetadataOnly,
            Read = element =>
            {
                OnRead?.Invoke(element);
                return element.TryGetProperty("data", out var data) ? data.GetProperty("a").GetString() : "no data";
            },
            Limits = Limits,
        };
        var log = NullLogger<ResourceWatch<string>>.Instance;
        _running = new ResourceWatch<string>(resource, Cache, Api, Metrics.Metrics, TimeProvider.System, log).RunAsync(_stop.Token);
    }

    public async Task RunUntilFilledAsync()
    {
        Run();
        await Cache.WhenFilledAsync(Token).WaitAsync(Deadline, Token);
    }

    public async Task PutAsync(string name, string value, string label = "x")
    {
        var json = $$$"""
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{"app":"{{{label}}}"}},"data":{"a":"{{{value}}}"}}
            """;
        Assert.IsType<ApiOutcome.Done>(await Api.ApplyAsync($"{Path}/{name}", Encoding.UTF8.GetBytes(json), "test", force: true, Token));
    }

    public async Task DeleteAsync(string name) =>
        Assert.IsType<ApiOutcome.Done>(await Api.SendAsync(new ApiRequest(HttpMethod.Delete, $"{Path}/{name}"), Token));

    /// <summary>Waits until such a change is told, or returns at once if it was.</summary>
    public Task UntilToldAsync(string line)
    {
        lock (_gate)
        {
            if (_told.Contains(line))
                return Task.CompletedTask;
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((line, seen));
            return seen.Task.WaitAsync(Deadline, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        Api.Dispose();
        Metrics.Dispose();
        await Cluster.DisposeAsync();
        Assert.Empty(Cluster.Problems);
    }

    private void Tell(string line)
    {
        lock (_gate)
        {
            _told.Add(line);
            foreach (var (wanted, seen) in _waits)
            {
                if (wanted == line)
                    seen.TrySetResult();
            }
        }
    }
}
