using Wandb.EndToEnd.Tests.Cluster;
using Xunit;

[assembly: AssemblyFixture(typeof(ScenarioClusters))]

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>
/// The clusters of all scenarios. Most scenarios share one and keep to their namespaces; one that stops the operator or loses a node gets a
/// sandbox for itself, or the real cluster when nobody else uses it.
/// </summary>
public sealed class ScenarioClusters : IAsyncLifetime
{
    // As many scenarios as may use the real cluster at once.
    private const int Places = 16;

    private readonly ClusterSettings _settings = ClusterSettings.FromEnvironment();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly SemaphoreSlim _places = new(Places, Places);
    private readonly SemaphoreSlim _alone = new(1, 1);
    private ICluster? _sandbox;
    private ICluster? _real;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What theories run on.</summary>
    public static TheoryData<ClusterKind> Kinds { get; } =
        ClusterSettings.FromEnvironment().Kubeconfig is null ? [ClusterKind.Sandbox] : [ClusterKind.Sandbox, ClusterKind.Real];

    /// <summary>A namespace in the cluster that all share.</summary>
    internal async Task<Scenario> StartAsync(ClusterKind kind, string name, string labels = "")
    {
        var cluster = await SharedAsync(kind);
        await _places.WaitAsync(Stop);
        return await Scenario.StartAsync(cluster, new Lease(() => _places.Release()), name, labels);
    }

    /// <summary>A namespace in a cluster that nobody else uses meanwhile.</summary>
    internal async Task<Scenario> StartAloneAsync(ClusterKind kind, string name)
    {
        if (kind == ClusterKind.Sandbox)
        {
            var own = await SandboxCluster.StartAsync(Stop);
            return await Scenario.StartAsync(own, own, name, "");
        }
        var cluster = await SharedAsync(kind);
        await _alone.WaitAsync(Stop);
        for (var taken = 0; taken < Places; taken++)
            await _places.WaitAsync(Stop);
        return await Scenario.StartAsync(cluster, new Lease(() =>
        {
            _places.Release(Places);
            _alone.Release();
        }), name, "");
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in new[] { _sandbox, _real }.OfType<ICluster>())
            await cluster.DisposeAsync();
        _starting.Dispose();
        _places.Dispose();
        _alone.Dispose();
    }

    private async Task<ICluster> SharedAsync(ClusterKind kind)
    {
        await _starting.WaitAsync(Stop);
        try
        {
            return kind == ClusterKind.Sandbox
                ? _sandbox ??= await SandboxCluster.StartAsync(Stop)
                : _real ??= await RealCluster.StartAsync(_settings, Stop);
        }
        finally
        {
            _starting.Release();
        }
    }

    private sealed class Lease(Action end) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            end();
            return ValueTask.CompletedTask;
        }
    }
}
