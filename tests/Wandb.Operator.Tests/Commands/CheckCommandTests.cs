using System.Diagnostics;
using System.Text.Json.Nodes;
using Wandb.Operator.Commands;
using Wandb.Operator.Manifests;
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

    [Fact]
    public async Task Plugin_of_a_kubeconfig_gives_the_token_to_the_program()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        var folder = Directory.CreateTempSubdirectory("wandb-plugin-");
        var credential = Path.Combine(folder.FullName, "credential.json");
        var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        using var text = new StringReader(cluster.Cluster.Kubeconfig);
        var file = YamlDocuments.Read(text)[0];
        var user = file["users"]![0]!;
        var version = "client.authentication.k8s.io/v1";
        var answer = new JsonObject { ["apiVersion"] = version, ["kind"] = "ExecCredential", ["status"] = new JsonObject { ["token"] = (string)user["user"]!["token"]! } };
        user["user"] = new JsonObject { ["exec"] = new JsonObject { ["apiVersion"] = version, ["command"] = "cat", ["args"] = new JsonArray(credential) } };
        await File.WriteAllTextAsync(credential, answer.ToJsonString(), OperatorCluster.Token);
        await File.WriteAllTextAsync(kubeconfig, file.ToJsonString(), OperatorCluster.Token);

        // As a process: what its project says of the runtime counts.
        using var program = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Wandb.Operator.dll"), "check", "--kubeconfig", kubeconfig, "--namespace", "default"]) { RedirectStandardError = true })!;
        var error = await program.StandardError.ReadToEndAsync(OperatorCluster.Token);
        await program.WaitForExitAsync(OperatorCluster.Token);
        folder.Delete(recursive: true);

        Assert.Contains("did not reach the operator", error, StringComparison.Ordinal);
        Assert.Equal(2, program.ExitCode);
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
