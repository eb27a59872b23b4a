using k8s.Exceptions;
using Wandb.Operator.Watching;
using Wandb.Sandbox.Cluster;

namespace Wandb.Operator.Tests.Watching;

public sealed class KubernetesAccessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_kubeconfig_leads_to_its_server_with_its_token_and_its_authority()
    {
        await using var cluster = await LocalCluster.StartAsync(new LocalClusterOptions(), Token);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, cluster.Kubeconfig, Token);
        using var api = new KubernetesApi(await KubernetesAccess.LoadAsync(file), TimeProvider.System);
        File.Delete(file);

        var done = Assert.IsType<ApiOutcome.Done>(await api.GetAsync("/api/v1/namespaces/default", Token));

        Assert.Equal("default", done.Body.GetProperty("metadata").GetProperty("name").GetString());
        Assert.Equal("default", api.Namespace);
    }

    [Fact]
    public async Task A_kubeconfig_that_is_not_there_is_told() =>
        await Assert.ThrowsAsync<KubeConfigException>(() => KubernetesAccess.LoadAsync("/there/is/none"));

    [Fact]
    public async Task A_kubeconfig_that_is_none_is_told()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "a: [", Token);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => KubernetesAccess.LoadAsync(file));
        File.Delete(file);

        Assert.IsType<KubeConfigException>(error);
    }

    [Fact]
    public async Task Outside_of_a_pod_a_kubeconfig_is_asked_for() => await Assert.ThrowsAsync<KubeConfigException>(() => KubernetesAccess.LoadAsync(null));
}
