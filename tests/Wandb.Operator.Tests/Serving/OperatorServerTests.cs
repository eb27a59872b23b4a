using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Wandb.Operator.Leadership;
using Wandb.Operator.Serving;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Serving;

/// <summary>The whole operator against the local cluster.</summary>
public sealed class OperatorServerTests : IAsyncLifetime
{
    private const string Runs = "/apis/wandb-operator.io/v1alpha1/namespaces/default/wandbruns";

    private OperatorCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OperatorCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await OperatorCluster.StartAsync();

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    [Fact]
    public async Task Pod_that_asks_is_injected_by_the_clusters_own_call()
    {
        var server = await Cluster.StartReplicaAsync(OperatorCluster.Options("a"));
        Cluster.Route(server);
        await OperatorCluster.UntilReadyAsync(server);
        await Cluster.CreateAsync(Runs, """{"apiVersion":"wandb-operator.io/v1alpha1","kind":"WandbRun","metadata":{"name":"r"},"spec":{"project":"demo"}}""");
        await UntilKnownAsync(server);

        var pod = await Cluster.CreateAsync(OperatorCluster.Pods, Pod("p", "r"));

        var agent = pod.GetProperty("spec").GetProperty("initContainers")[0];
        Assert.Equal("example.com/agent:1", agent.GetProperty("image").GetString());
        var variables = agent.GetProperty("env").EnumerateArray().ToDictionary(entry => entry.GetProperty("name").GetString()!, entry => entry.TryGetProperty("value", out var value) ? value.GetString() : null);
        Assert.Equal("https://wandb-operator.wandb-operator.svc/v1/reports", variables["WANDB_AGENT_REPORT_URL"]);
        Assert.Equal(await Cluster.BundleAsync(), variables["WANDB_AGENT_REPORT_CA"]);
    }

    [Fact]
    public async Task Job_that_asks_gets_its_template_marked_and_the_pod_of_another_workload_is_left_alone()
    {
        var server = await Cluster.StartReplicaAsync(OperatorCluster.Options("a"));
        Cluster.Route(server);
        await OperatorCluster.UntilReadyAsync(server);

        var job = await Cluster.CreateAsync("/apis/batch/v1/namespaces/default/jobs", """
            {"metadata":{"name":"j","annotations":{"wandb-operator.io/run":"r"}},
             "spec":{"suspend":true,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"sandbox/host"}]}}}}
            """);
        var pod = await Cluster.CreateAsync(OperatorCluster.Pods, """{"metadata":{"name":"q"},"spec":{"nodeSelector":{"no":"node"},"containers":[{"name":"c","image":"sandbox/host"}]}}""");

        Assert.Equal("r", job.GetProperty("spec").GetProperty("template").GetProperty("metadata").GetProperty("annotations").GetProperty("wandb-operator.io/run").GetString());
        Assert.False(pod.GetProperty("spec").TryGetProperty("initContainers", out _));
    }

    [Fact]
    public async Task Readiness_names_what_is_missing()
    {
        Cluster.Cluster.Faults.Delay = TimeSpan.FromHours(1);
        var server = await Cluster.StartReplicaAsync(OperatorCluster.Options("a"));

        var (status, text) = await HealthAsync(server, "/readyz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("[+] lifetime ok\n", text, StringComparison.Ordinal);
        Assert.Contains("[-] certificate: there is none yet\n", text, StringComparison.Ordinal);
        Assert.Contains("[-] caBundle: it is not looked at yet\n", text, StringComparison.Ordinal);
        Assert.Matches(@"\[-\] caches: .*secrets.* not listed yet\n", text);
        Assert.EndsWith("not ready\n", text, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await HealthAsync(server, "/healthz"));
        Cluster.Cluster.Faults.Delay = TimeSpan.Zero;
    }

    [Fact]
    public async Task Without_TLS_nothing_but_health_is_answered()
    {
        var server = await Cluster.StartReplicaAsync(OperatorCluster.Options("a"));

        foreach (var path in new[] { "/", "/admission/pods", "/v1/reports", "/healthz/x" })
            Assert.Equal(HttpStatusCode.NotFound, (await HealthAsync(server, path)).Status);
    }

    [Fact]
    public async Task End_makes_it_unready_first_answers_what_still_comes_and_gives_the_lease_back()
    {
        var options = OperatorCluster.Options("a");
        options.DrainSeconds = 1;
        var server = await Cluster.StartReplicaAsync(options);
        await OperatorCluster.UntilReadyAsync(server);
        await OperatorCluster.UntilAsync(() => Task.FromResult(server.Services.GetRequiredService<ILeadership>().IsLeader), "led");

        var stopping = server.StopAsync();

        var (status, text) = await HealthAsync(server, "/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("[-] lifetime: this replica is ending\n", text, StringComparison.Ordinal);
        using (var client = OperatorCluster.ClientOf(OperatorCluster.EndPointOf(server), await Cluster.BundleAsync()))
        {
            using var response = await client.PostAsync(new Uri("/admission/pods", UriKind.Relative), new StringContent("{}"), Token);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
        await stopping;
        Assert.Equal("", LeaseRecord.Read((await Cluster.FindAsync(OperatorCluster.LeasePath))!.Value).Holder);
    }

    [Fact]
    public async Task Taken_port_is_told()
    {
        var first = await Cluster.StartReplicaAsync(OperatorCluster.Options("a"));
        var options = OperatorCluster.Options("b");
        options.HttpsPort = OperatorCluster.EndPointOf(first).Port;

        await Assert.ThrowsAsync<IOException>(() => Cluster.StartReplicaAsync(options));
    }

    [Fact]
    public async Task One_replica_without_election_leads_from_the_start_and_makes_no_lease()
    {
        var options = OperatorCluster.Options("a");
        options.LeaderElection = false;
        var server = await Cluster.StartReplicaAsync(options);
        await OperatorCluster.UntilReadyAsync(server);

        Assert.True(server.Services.GetRequiredService<ILeadership>().IsLeader);
        Assert.Null(await Cluster.FindAsync(OperatorCluster.LeasePath));
    }

    private static string Pod(string name, string run) => new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = new JsonObject { ["wandb-operator.io/run"] = run } },
        ["spec"] = new JsonObject
        {
            ["nodeSelector"] = new JsonObject { ["no"] = "node" },
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "sandbox/host" }),
        },
    }.ToJsonString();

    private static Task UntilKnownAsync(OperatorServer server) => OperatorCluster.UntilAsync(
        () => Task.FromResult(server.Services.GetServices<IResourceCache>().Where(cache => cache.Name == "wandbruns").All(cache => cache.Count == 1)), "known");

    private static async Task<(HttpStatusCode Status, string Text)> HealthAsync(OperatorServer server, string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Addresses.Single(address => address.Scheme == "http") };
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }
}
