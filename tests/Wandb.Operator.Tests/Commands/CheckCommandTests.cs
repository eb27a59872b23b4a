using Wandb.Operator.Commands;
using Wandb.Operator.Tests.Serving;

namespace Wandb.Operator.Tests.Commands;

/// <summary>The command as a person starts it, against a cluster with our webhooks.</summary>
public sealed class CheckCommandTests
{
    [Fact]
    public async Task Says_that_pods_reach_the_operator_and_makes_none()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        var server = await cluster.StartReplicaAsync(OperatorCluster.Options("one"));
        cluster.Route(server);
        await OperatorCluster.UntilReadyAsync(server);

        var (status, output, error) = await CheckAsync(cluster, "--namespace", "default", "--wait", "20");

        Assert.Equal((0, "pods of namespace default reach the operator\n", ""), (status, output, error));
        Assert.Equal(0, (await cluster.FindAsync(OperatorCluster.Pods))!.Value.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Says_that_they_do_not_where_nobody_serves_or_the_namespace_is_left_out()
    {
        await using var cluster = await OperatorCluster.StartAsync();

        var (unserved, _, error) = await CheckAsync(cluster, "--namespace", "default");
        var (excluded, _, _) = await CheckAsync(cluster, "--namespace", OperatorCluster.Namespace);
        var (unknown, _, refusal) = await CheckAsync(cluster, "--namespace", "nowhere");

        Assert.Equal((2, 2, 2), (unserved, excluded, unknown));
        Assert.Contains("did not reach the operator", error, StringComparison.Ordinal);
        Assert.Contains("refused the pod", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_cluster_it_is_wrong_usage()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var status = await OperatorCommandLine.InvokeAsync(
            ["check", "--kubeconfig", "/nowhere"], new Dictionary<string, string?>(), TextReader.Null, output, error, OperatorCluster.Token);

        Assert.Equal(1, status);
        Assert.Contains("/nowhere", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Output, string Error)> CheckAsync(OperatorCluster cluster, params string[] args)
    {
        var kubeconfig = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(kubeconfig, cluster.Cluster.Kubeconfig, OperatorCluster.Token);
            using var output = new StringWriter();
            using var error = new StringWriter();
            var status = await OperatorCommandLine.InvokeAsync(
                ["check", "--kubeconfig", kubeconfig, .. args], new Dictionary<string, string?>(), TextReader.Null, output, error, OperatorCluster.Token);
            return (status, output.ToString(), error.ToString());
        }
        finally
        {
            File.Delete(kubeconfig);
        }
    }
}
