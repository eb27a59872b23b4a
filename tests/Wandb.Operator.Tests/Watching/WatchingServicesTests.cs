using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wandb.Operator.Serving;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

/// <summary>What is registered works together, from the API server to the reconciler.</summary>
public sealed class WatchingServicesTests : IReconciler<NamespacedName>, ILeadership
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource<NamespacedName> _reconciled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsLeader => true;

    int ILeadership.Term => 0;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    ValueTask<ReconcileResult> IReconciler<NamespacedName>.ReconcileAsync(NamespacedName key, CancellationToken ct)
    {
        if (key.Name == "late")
            _reconciled.TrySetResult(key);
        return ValueTask.FromResult(ReconcileResult.Finished);
    }

    ValueTask<CancellationToken> ILeadership.WaitForLeadershipAsync(CancellationToken ct) => ValueTask.FromResult(CancellationToken.None);

    [Fact]
    public async Task A_change_in_the_cluster_reaches_the_reconciler()
    {
        await using var cluster = await LocalWatch.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(cluster.Api).AddSingleton<OperatorMetrics>().AddSingleton<ILeadership>(this);
        builder.Services.AddMetrics().AddLogging();
        builder.Services.AddWatch(new WatchedResource<string>
        {
            Name = "configmaps",
            Path = LocalWatch.Path,
            Read = element => element.GetProperty("data").GetProperty("a").GetString(),
        });
        builder.Services.AddWatch(new WatchedResource<Version> { Name = "namespaces", Path = "/api/v1/namespaces", Read = _ => new Version(1, 0) });
        builder.Services.AddController(services =>
        {
            var cache = services.GetRequiredService<ResourceCache<string>>();
            var queue = services.GetRequiredService<WorkQueue<NamespacedName>>();
            cache.Changed += (key, _, _) => queue.Add(key);
            return new Controller<NamespacedName>
            {
                Name = "things",
                Reconciler = this,
                Queue = queue,
                AllKeys = () => cache.All.Select(cached => cached.Key),
            };
        });
        using var host = builder.Build();
        await host.StartAsync(Token);
        var caches = host.Services.GetServices<IResourceCache>().ToList();
        await Task.WhenAll(caches.Select(cache => cache.WhenFilledAsync(Token))).WaitAsync(Deadline, Token);

        await cluster.PutAsync("late", "1");

        Assert.Equal(new NamespacedName("default", "late"), await _reconciled.Task.WaitAsync(Deadline, Token));
        Assert.True(Assert.Single(host.Services.GetServices<IReadiness>()).IsReady);
        await host.StopAsync(Token);
    }
}
