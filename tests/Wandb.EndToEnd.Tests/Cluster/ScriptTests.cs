using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Cluster.Storage;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>What training scripts do beside logging rows of one run.</summary>
public sealed class ScriptTests(ScenarioClusters clusters)
{
    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Several_runs_of_one_script_keep_their_own_ids(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "loop");
        await scenario.ApplyAsync(Workload.Run("loop"));
        await scenario.ApplyAsync(scenario.Job("loop", "--rows 30 --rate 0 --runs 3"));

        await scenario.UntilJobAsync("loop");
        var run = await scenario.UntilRunAsync("loop", run => run.Is("Synced") && run.Count("total") == 3, "is Synced with three runs");

        scenario.AssertRowsOnce();
        Assert.Equal([30, 30, 30], scenario.Backend.Runs().Select(one => one.Steps().Count));
        Assert.All(scenario.Backend.Runs(), one => Assert.Equal((true, 0), ((bool)one["complete"]!, (int)one["exitcode"]!)));
        Assert.Equal(scenario.Backend.Runs().Select(one => (string)one["run"]!).Order(), run.Runs.Select(entry => entry.Text("id")!).Order());
        Assert.Equal((3, 90, 90), (run.Count("synced"), run.Count("rowsRead"), run.Count("rowsAcknowledged")));
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Resumed_run_has_the_rows_of_both_attempts(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "resume");
        await scenario.ApplyAsync(Workload.Run("resume", "resume: allow") + "\n---\n" + Workload.Claim("marks"));
        await scenario.ApplyAsync(scenario.Job(
            "resume", "--rows 20 --rate 0 --exit-code 1 --once /marks/failed", podSpec: "volumes: [{name: marks, persistentVolumeClaim: {claimName: marks}}]",
            container: "volumeMounts: [{name: marks, mountPath: /marks}]"));

        await scenario.UntilJobAsync("resume");
        var run = await scenario.UntilRunAsync("resume", run => run.Is("Synced") && run.Is("Finished"), "is Synced and Finished");

        // Offline the second attempt cannot know how far the first one came: its steps begin at 0 again.
        var steps = Enumerable.Range(0, 20).Select(step => (long)step).ToArray();
        Assert.Equal([.. steps, .. steps], scenario.OnlyRun.Steps());
        Assert.Equal((true, 0), ((bool)scenario.OnlyRun["complete"]!, (int)scenario.OnlyRun["exitcode"]!));
        Assert.Equal("True NothingLost", run.Condition("DataIntact"));
        Assert.All(run.Runs, entry => Assert.Equal((string)scenario.OnlyRun["run"]!, entry.Text("id")));
        Assert.Equal((40, 40), (run.Count("rowsRead"), run.Count("rowsAcknowledged")));
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Artifacts_are_committed_even_of_files_that_go_with_the_script(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "artifacts");
        await scenario.ApplyAsync(Workload.Run("artifacts", "shareTmp: true"));
        await scenario.ApplyAsync(scenario.Job("artifacts", "--rows 2000 --rate 400 --artifacts", podSpec: "securityContext: {runAsUser: 1000, fsGroup: 1000}"));

        await scenario.UntilJobAsync("artifacts");
        var run = await scenario.UntilRunAsync("artifacts", run => run.Is("Synced"), "is Synced");

        Assert.Equal(["report COMMITTED", "weights COMMITTED"], Artifacts(scenario));
        Assert.Equal("True NothingLost", run.Condition("DataIntact"));
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Artifact_whose_file_is_gone_is_told_as_lost(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "gone");
        await scenario.ApplyAsync(Workload.Run("gone"));
        await scenario.ApplyAsync(scenario.Job("gone", "--rows 20 --rate 0 --artifacts"));

        await scenario.UntilJobAsync("gone");
        var run = await scenario.UntilRunAsync("gone", run => run.Is("Finished") && run.Condition("DataIntact")?.StartsWith("False", StringComparison.Ordinal) == true, "tells the loss");

        Assert.Contains("weights COMMITTED", Artifacts(scenario));
        Assert.False(run.Is("Synced"), run.Conditions);
        Assert.Contains("report", Assert.Single(run.Runs).Text("message"), StringComparison.Ordinal);
        Assert.Equal((20, 0), (scenario.OnlyRun.Steps().Count, run.Count("rowsLost")));
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Script_that_is_deaf_to_its_end_is_closed_as_killed(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "deaf");
        await scenario.ApplyAsync(Workload.Run("deaf"));
        await scenario.ApplyAsync(scenario.Job("deaf", "--rows 100000 --rate 200 --deaf", retries: 0, grace: 10));
        var pod = await scenario.RunningPodAsync("deaf");
        await scenario.UntilRowsAsync(150);

        await scenario.Cluster.PreemptAsync(scenario.Namespace, pod);

        var run = await scenario.UntilRunAsync("deaf", run => run.Of(pod)?.Text("state") == "Synced", "has synced the run of the preempted pod");
        scenario.AssertRowsOnce();
        var entry = run.Of(pod)!;
        Assert.Equal(("Preempted", 137), (entry.Text("exitReason"), entry.Number("exitCode")));
        Assert.Equal((entry.Number("rowsRead"), 137L, true), (scenario.OnlyRun.Steps().Count, (long)scenario.OnlyRun["exitcode"]!, (bool)scenario.OnlyRun["complete"]!));
    }

    private static IEnumerable<string> Artifacts(Scenario scenario) =>
        scenario.Backend.Artifacts().Select(artifact => $"{((string)artifact["name"]!).Split('-')[0]} {(string)artifact["state"]!}").Order(StringComparer.Ordinal);
}
