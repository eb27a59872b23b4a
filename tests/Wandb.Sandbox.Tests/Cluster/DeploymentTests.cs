using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Tests.Cluster;

public sealed class DeploymentTests
{
    private const string Deployments = "apis/apps/v1/namespaces/default/deployments";

    [Fact]
    public async Task A_deployment_is_available_when_as_many_pods_run_as_it_wants()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(Deployments, Deployment(2, "first"));

        var deployment = await UntilAvailableAsync(client, generation: 1);

        Assert.Equal((2, 2), (Number(deployment, "updatedReplicas"), Number(deployment, "availableReplicas")));
        Assert.Equal(2, (await PodsAsync(client)).Count);
    }

    [Fact]
    public async Task A_pod_that_goes_is_replaced()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(Deployments, Deployment(1, "first"));
        await UntilAvailableAsync(client, generation: 1);
        var gone = Assert.Single(await PodsAsync(client));

        await client.SendAsync(HttpMethod.Delete, $"{ClusterClient.Pods}/{gone}");
        var another = await UntilOtherPodsAsync(client, gone);

        Assert.NotEqual(gone, another);
    }

    [Fact]
    public async Task Another_template_makes_new_pods_before_the_old_ones_go()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(Deployments, Deployment(1, "first"));
        await UntilAvailableAsync(client, generation: 1);
        var old = Assert.Single(await PodsAsync(client));

        await client.SendAsync(HttpMethod.Patch, Deployments + "/d", """{"spec":{"template":{"metadata":{"annotations":{"version":"second"}}}}}""", "application/merge-patch+json");
        await UntilOtherPodsAsync(client, old);
        var deployment = await client.UntilAsync(Deployments, "d", node => Number(node, "observedGeneration") == 2 && Number(node, "replicas") == 1 && Number(node, "updatedReplicas") == 1);

        Assert.Equal(1, Number(deployment, "readyReplicas"));
    }

    [Fact]
    public async Task Fewer_replicas_take_pods_away_and_the_deployment_takes_the_rest()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(Deployments, Deployment(2, "first"));
        await UntilAvailableAsync(client, generation: 1);

        await client.SendAsync(HttpMethod.Patch, Deployments + "/d", """{"spec":{"replicas":1}}""", "application/merge-patch+json");
        await client.UntilAsync(Deployments, "d", node => Number(node, "observedGeneration") == 2 && Number(node, "replicas") == 1);
        await client.SendAsync(HttpMethod.Delete, Deployments + "/d");

        await UntilPodsAsync(client, pods => pods.Count == 0);
    }

    [Theory]
    [InlineData("""{"matchLabels":{"app":"other"}}""", "Always", "`selector` does not match template `labels`")]
    [InlineData("null", "Always", "spec.selector: Required value")]
    [InlineData("""{"matchLabels":{"app":"d"}}""", "Never", "supported values: \"Always\"")]
    public async Task What_could_not_run_is_refused(string selector, string restartPolicy, string expected)
    {
        await using var client = await ClusterClient.StartAsync();
        var node = JsonNode.Parse(Deployment(1, "first"))!;
        node["spec"]!["selector"] = JsonNode.Parse(selector);
        node["spec"]!["template"]!["spec"]!["restartPolicy"] = restartPolicy;

        var (code, answer) = await client.PostAsync(Deployments, node.ToJsonString());

        Assert.Equal(422, code);
        Assert.Contains(expected, answer["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apis/networking.k8s.io/v1/namespaces/default/networkpolicies", """{"podSelector":{},"policyTypes":["Egress"]}""")]
    [InlineData("apis/policy/v1/namespaces/default/poddisruptionbudgets", """{"minAvailable":1}""")]
    public async Task Kinds_without_effect_are_kept(string collection, string spec)
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(collection, $$"""{"metadata":{"name":"a"},"spec":{{spec}}}""");

        var (code, kept) = await client.GetAsync(collection + "/a");

        Assert.Equal(200, code);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(spec), kept["spec"]), kept.ToJsonString());
    }

    private static string Deployment(int replicas, string version) => $$$$"""
        {"metadata":{"name":"d"},"spec":{"replicas":{{{{replicas}}}},"selector":{"matchLabels":{"app":"d"}},"template":{
        "metadata":{"labels":{"app":"d"},"annotations":{"version":"{{{{version}}}}"}},
        "spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"sandbox/host","command":["tail","-f","/dev/null"]}]} }}}
        """;

    private static Task<JsonNode> UntilAvailableAsync(ClusterClient client, int generation) => client.UntilAsync(
        Deployments, "d", node => Number(node, "observedGeneration") == generation && node["status"]!["conditions"]![0]!["status"]!.GetValue<string>() == "True");

    private static async Task<string> UntilOtherPodsAsync(ClusterClient client, string gone) =>
        Assert.Single(await UntilPodsAsync(client, pods => pods.Count == 1 && pods[0] != gone));

    /// <summary>Looks again at each change since the last look.</summary>
    private static async Task<IReadOnlyList<string>> UntilPodsAsync(ClusterClient client, Func<IReadOnlyList<string>, bool> isReached)
    {
        while (true)
        {
            var list = (await client.GetAsync(ClusterClient.Pods)).Body;
            if (isReached(Names(list)))
                return Names(list);
            var since = list["metadata"]!["resourceVersion"]!.GetValue<string>();
            Assert.True(await client.WatchAsync($"{ClusterClient.Pods}?watch=true&timeoutSeconds=30&resourceVersion={since}").AnyAsync(ClusterClient.Token), list.ToJsonString());
        }
    }

    private static async Task<IReadOnlyList<string>> PodsAsync(ClusterClient client) => Names((await client.GetAsync(ClusterClient.Pods)).Body);

    private static List<string> Names(JsonNode list) => [.. list["items"]!.AsArray().Select(pod => pod!["metadata"]!["name"]!.GetValue<string>())];

    private static int? Number(JsonNode node, string name) => node["status"]?[name]?.GetValue<int>();
}
