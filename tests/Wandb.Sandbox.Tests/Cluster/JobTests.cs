using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Tests.Cluster;

public sealed class JobTests
{
    private const string Jobs = "apis/batch/v1/namespaces/default/jobs";

    [Fact]
    public async Task An_indexed_job_runs_each_index_to_its_success()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(Jobs, Job("""{"completions":3,"parallelism":3,"completionMode":"Indexed"}""", "exit 0"));

        var job = await UntilAsync(client, "Complete");
        var (_, pods) = await client.GetAsync(ClusterClient.Pods);

        Assert.Equal((3, "0-2"), (job["status"]!["succeeded"]!.GetValue<int>(), job["status"]!["completedIndexes"]!.GetValue<string>()));
        Assert.Equal(["0", "1", "2"], pods["items"]!.AsArray().Select(pod => pod!["metadata"]!["annotations"]!["batch.kubernetes.io/job-completion-index"]!.GetValue<string>()).Order());
    }

    [Fact]
    public async Task A_job_gives_up_after_its_backoff_limit()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(Jobs, Job("""{"backoffLimit":1}""", "exit 1"));

        var job = await UntilAsync(client, "Failed");

        Assert.Equal(2, job["status"]!["failed"]!.GetValue<int>());
        Assert.Equal("BackoffLimitExceeded", Condition(job, "Failed")!["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_failure_that_the_policy_calls_final_ends_the_job_at_once()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(Jobs, Job(
            """{"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"operator":"In","values":[42]}}]}}""", "exit 42"));

        var job = await UntilAsync(client, "Failed");

        Assert.Equal((1, "PodFailurePolicy"), (job["status"]!["failed"]!.GetValue<int>(), Condition(job, "Failed")!["reason"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Pods_go_with_their_job()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(Jobs, Job("{}", "exit 0"));
        await UntilAsync(client, "Complete");
        await client.SendAsync(HttpMethod.Delete, Jobs + "/j");

        for (var left = 1; left > 0;)
        {
            left = (await client.GetAsync(ClusterClient.Pods)).Body["items"]!.AsArray().Count;
        }
    }

    private static string Job(string spec, string script)
    {
        var node = (JsonObject)JsonNode.Parse(spec)!;
        node["template"] = JsonNode.Parse($$$"""
            {"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"sandbox/host","command":["sh","-c","{{{script}}}"]}]}}
            """);
        return new JsonObject { ["metadata"] = new JsonObject { ["name"] = "j" }, ["spec"] = node }.ToJsonString();
    }

    private static Task<JsonNode> UntilAsync(ClusterClient client, string condition) => client.UntilAsync(Jobs, "j", job => Condition(job, condition) is not null);

    private static JsonNode? Condition(JsonNode job, string type) =>
        job["status"]?["conditions"]?.AsArray().FirstOrDefault(item => item!["type"]!.GetValue<string>() == type && item["status"]!.GetValue<string>() == "True");
}
