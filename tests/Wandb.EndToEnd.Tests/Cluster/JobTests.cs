using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Cluster.Storage;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>One Job, from <c>kubectl apply</c> to the receipt.</summary>
public sealed class JobTests(ScenarioClusters clusters)
{
    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Single_job_arrives_once_and_its_status_says_so(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "single");
        await scenario.ApplyAsync(Workload.Run("single", "summaryMetrics: [loss], tags: [nightly, 🌙], name: первый 🚀, group: 日本, notes: \"two\\nlines\", config: {optimizer: adam}"));
        await scenario.ApplyAsync(scenario.Job("single", "--rows 300 --rate 0"));

        await scenario.UntilJobAsync("single");
        var run = await scenario.UntilRunAsync("single", run => run.Is("Synced"), "is Synced");

        var server = Assert.Single(scenario.Backend.Runs());
        scenario.AssertRowsOnce();
        Assert.Equal((300, true, 0), (server.Steps().Count, (bool)server["complete"]!, (int)server["exitcode"]!));
        Assert.Equal(("adam", scenario.Namespace), ((string)server.Config("optimizer")!, (string)server.Config("kubernetes")!["namespace"]!));
        Assert.Equal(("первый 🚀", "日本", "two\nlines"), ((string)server.Bucket()["displayName"]!, (string)server.Bucket()["groupName"]!, (string)server.Bucket()["notes"]!));
        Assert.Equal(["nightly", "🌙"], server.Bucket()["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.Equal("Synced", run.Phase);
        Assert.Equal(
            "Injected=True AllInjected, BackendReachable=True Answers, AgentsHealthy=Unknown NoAgent, Synced=True AllSynced, DataIntact=True NothingLost, Finished=True AllFinished",
            run.Conditions);
        Assert.Equal((1, 1, 1, 0, 300, 300), (run.Count("total"), run.Count("finished"), run.Count("synced"), run.Count("failed"), run.Count("rowsRead"), run.Count("rowsAcknowledged")));
        var entry = Assert.Single(run.Runs);
        Assert.Equal(((string)server["run"]!, "первый 🚀", "demo", "Synced", 0, 299, 300), (
            entry.Text("id"), entry.Text("name"), entry.Text("project"), entry.Text("state"), entry.Number("exitCode"), entry.Number("lastStep"), entry.Number("rowsAcknowledged")));
        Assert.Equal((64, "日本"), (entry.Text("receiptDigest")?.Length, Assert.Single(run.Groups).Text("name")));
        Assert.Equal((double)server["summary"]!["loss"]!, (double)entry["summary"]!["loss"]!);
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Trainer_has_neither_the_key_nor_the_address(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "nokey");
        await scenario.ApplyAsync(Workload.Run("nokey"));
        await scenario.ApplyAsync(scenario.Job("nokey", "--rows 5 --rate 0"));

        await scenario.UntilJobAsync("nokey");

        var pod = Assert.Single(await scenario.Api.ListAsync(KubeApi.Pods(scenario.Namespace)));
        var trainer = Assert.Single(pod.Objects("spec", "containers"));
        Assert.DoesNotContain(scenario.Backend.ApiKey, pod.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(trainer.Objects("env"), variable => variable.Text("name") is "WANDB_API_KEY" or "WANDB_BASE_URL");
        Assert.DoesNotContain(trainer.Objects("volumeMounts"), mount => mount.Text("mountPath")!.Contains("key", StringComparison.Ordinal));
        Assert.Equal("wandb-operator-agent", Assert.Single(pod.Objects("spec", "initContainers")).Text("name"));
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Retry_after_a_failure_is_two_runs_of_which_the_second_counts(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "retry");
        await scenario.ApplyAsync(Workload.Run("retry", "summaryMetrics: [loss], group: retries") + "\n---\n" + Workload.Claim("marks"));
        await scenario.ApplyAsync(scenario.Job(
            "retry", "--rows 40 --rate 0 --exit-code 3 --once /marks/failed", podSpec: "volumes: [{name: marks, persistentVolumeClaim: {claimName: marks}}]",
            container: "volumeMounts: [{name: marks, mountPath: /marks}]"));

        await scenario.UntilJobAsync("retry");
        var run = await scenario.UntilRunAsync("retry", run => run.Is("Synced"), "is Synced");

        scenario.AssertRowsOnce();
        Assert.Equal([0, 3], scenario.Backend.Runs().Select(one => (int)one["exitcode"]!).Order());
        Assert.Equal("True AllFinished", run.Condition("Finished"));
        Assert.Equal((2, 1, 1, 2), (run.Count("total"), run.Count("finished"), run.Count("failed"), run.Count("synced")));
        Assert.Equal([(0, 3), (1, 0)], run.Runs.Select(entry => ((int)entry["attempt"]!, (int)entry["exitCode"]!)).Order());
        var group = Assert.Single(run.Groups);
        Assert.Equal((1, 0), (group.Number("finished"), group.Number("failed")));
    }
}
