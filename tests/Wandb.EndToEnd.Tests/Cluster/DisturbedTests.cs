using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Wandb.Sandbox.Cluster.Storage;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>Pods that are ended by others: every row that reached the disk is on the server once, and the run is closed as it really ended.</summary>
public sealed class DisturbedTests(ScenarioClusters clusters)
{
    // More than a block of the run file, and a trainer that is far from its end when it is disturbed.
    private const string Long = "--rows 100000 --rate 200";
    private const int SomeRows = 150;

    // What is logged in 5 s: a block goes out within about a second, and a busy machine takes its time.
    private const int RowsOnTheWay = 1000;

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Out_of_memory_closes_the_run_as_killed_and_the_job_ends_at_once(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "oom");
        var pod = await StartAsync(scenario, "oom");

        await scenario.Cluster.KillOutOfMemoryAsync(scenario.Namespace, pod, "trainer");
        await scenario.UntilJobAsync("oom", "Failed");

        var run = await scenario.UntilRunAsync("oom", run => run.Is("Synced"), "is Synced");
        scenario.AssertRowsOnce();
        var entry = run.Of(pod)!;
        Assert.Equal((137, "OOMKilled", "Synced"), (entry.Number("exitCode"), entry.Text("exitReason"), entry.Text("state")));
        Assert.Equal((entry.Number("rowsRead"), 137L, true), (scenario.OnlyRun.Steps().Count, (long)scenario.OnlyRun["exitcode"]!, (bool)scenario.OnlyRun["complete"]!));
        Assert.Equal("True NothingLost", run.Condition("DataIntact"));
        Assert.Equal("True SomeFailed", run.Condition("Finished"));
        Assert.Contains("oom-killed", scenario.OnlyRun.Bucket()["tags"]!.AsArray().Select(tag => (string)tag!));
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Preempted_pod_uses_its_grace_period(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "preempt");
        var pod = await StartAsync(scenario, "preempt");

        await scenario.Cluster.PreemptAsync(scenario.Namespace, pod);

        var run = await scenario.UntilRunAsync("preempt", run => run.Of(pod)?.Text("state") == "Synced", "has synced the run of the preempted pod");
        Assert.Equal("Preempted", run.Of(pod)!.Text("exitReason"));
        scenario.AssertRowsOnce();
        Assert.Equal(run.Of(pod)!.Number("rowsRead"), run.Of(pod)!.Number("rowsAcknowledged"));
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Evicted_pod_without_grace_loses_at_most_what_was_not_yet_sent_and_says_how_much(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "evict");
        var pod = await StartAsync(scenario, "evict");

        await scenario.Cluster.EvictAsync(scenario.Namespace, pod);
        await scenario.UntilJobAsync("evict", "Failed");

        var run = await scenario.UntilRunAsync("evict", run => run.Of(pod)?.Text("state") is "Synced" or "Lost" or "Unfinished", "knows the end of the evicted run");
        var entry = run.Of(pod)!;
        scenario.AssertRowsOnce();
        Assert.Equal("Evicted", entry.Text("exitReason"));
        Assert.True(scenario.OnlyRun.Steps().Count >= SomeRows, "rows that were written long ago are there");
        if (entry.Text("state") == "Lost")
            Assert.Equal("False VolumeGone", run.Condition("DataIntact"));
        // What the agent had read and the server had not; rows that stand in no whole block were never on the disk.
        var lost = entry.Number("rowsLost") ?? 0;
        Assert.InRange(lost, 0, RowsOnTheWay);
        Assert.InRange(entry.Number("rowsRead")!.Value - scenario.OnlyRun.Steps().Count, 0, RowsOnTheWay);
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Refused_key_is_told_and_holds_no_training_up_and_once_it_is_taken_everything_arrives(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "key");
        scenario.Backend.Faults.Set([new FaultRule("*", new FaultAction.Status(401)) { Count = null }]);
        await scenario.ApplyAsync(Workload.Run("key"));
        await scenario.ApplyAsync(scenario.Job("key", "--rows 5000 --rate 200"));

        var refused = await scenario.UntilRunAsync("key", run => run.Condition("BackendReachable") == "False Unauthorized" && run.Phase == "Buffering", "tells the refused key");
        var sentence = refused.Node.Objects("status", "conditions").Single(one => one.Text("type") == "BackendReachable").Text("message")!;
        Assert.StartsWith($"{scenario.ServerUrl} does not take what is sent: ", sentence, StringComparison.Ordinal);
        Assert.Contains("401", sentence, StringComparison.Ordinal);
        Assert.Equal(0, refused.Count("rowsAcknowledged"));
        Assert.Empty(scenario.Backend.Runs());

        scenario.Backend.Faults.Set([]);
        await scenario.UntilJobAsync("key");
        var run = await scenario.UntilRunAsync("key", run => run.Is("Synced"), "is Synced");

        scenario.AssertRowsOnce();
        Assert.Equal((5000, true, 0), (scenario.OnlyRun.Steps().Count, (bool)scenario.OnlyRun["complete"]!, (int)scenario.OnlyRun["exitcode"]!));
        Assert.Equal(("True Answers", "True NothingLost", 5000L), (run.Condition("BackendReachable"), run.Condition("DataIntact"), run.Count("rowsAcknowledged")));
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Killed_agent_goes_on_where_it_was(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "agent");
        await scenario.ApplyAsync(Workload.Run("agent"));
        // It is to outlive the start of an agent on a busy machine by far: one that is killed after the trainer's end is not started again.
        await scenario.ApplyAsync(scenario.Job("agent", "--rows 6000 --rate 300"));
        var pod = await scenario.RunningPodAsync("agent");
        await scenario.UntilRowsAsync(SomeRows);

        await scenario.Cluster.KillAsync(scenario.Namespace, pod, "wandb-operator-agent");
        await scenario.UntilJobAsync("agent");

        var run = await scenario.UntilRunAsync("agent", run => run.Is("Synced"), "is Synced");
        scenario.AssertRowsOnce();
        Assert.Equal((6000, true, 0), (scenario.OnlyRun.Steps().Count, (bool)scenario.OnlyRun["complete"]!, (int)scenario.OnlyRun["exitcode"]!));
        Assert.Equal((1, 1, 6000), (run.Count("total"), run.Count("synced"), run.Count("rowsAcknowledged")));
        Assert.Equal("True NothingLost", run.Condition("DataIntact"));
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Deleted_job_is_told_as_deleted_with_all_its_rows(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "delete");
        var pod = await StartAsync(scenario, "delete");

        await scenario.Api.DeleteAsync(KubeApi.Jobs(scenario.Namespace), "delete");

        var run = await scenario.UntilRunAsync("delete", run => run.Is("Synced") && run.Is("Finished"), "is Synced and Finished");
        var entry = run.Of(pod)!;
        scenario.AssertRowsOnce();
        Assert.Equal("Deleted", entry.Text("exitReason"));
        Assert.Equal((long)scenario.OnlyRun.Steps().Count, entry.Number("rowsAcknowledged"));
    }

    /// <summary>As Kueue makes room and gives it back.</summary>
    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Suspended_job_is_not_finished_before_it_is_resumed_and_ends(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "suspend");
        await scenario.ApplyAsync(Workload.Run("suspend"));
        await scenario.ApplyAsync(scenario.Job("suspend", "--rows 2500 --rate 300"));
        var pod = await scenario.RunningPodAsync("suspend");
        await scenario.UntilRowsAsync(SomeRows);

        await scenario.Api.MergeAsync($"{KubeApi.Jobs(scenario.Namespace)}/suspend", """{"spec":{"suspend":true}}""");
        var suspended = await scenario.UntilRunAsync("suspend", run => run.Phase == "Suspended" && run.Of(pod)?.Text("state") == "Synced", "is Suspended");
        await scenario.Api.MergeAsync($"{KubeApi.Jobs(scenario.Namespace)}/suspend", """{"spec":{"suspend":false}}""");
        await scenario.UntilJobAsync("suspend");

        var run = await scenario.UntilRunAsync("suspend", run => run.Is("Synced") && run.Is("Finished"), "is Synced and Finished");
        scenario.AssertRowsOnce();
        Assert.Equal(("False Suspended", "False Running"), (suspended.Condition("Finished"), suspended.Condition("Synced")));
        Assert.Equal(("True AllFinished", 2L, 2L), (run.Condition("Finished"), run.Count("total"), run.Count("synced")));
        // A script without a handler is deaf to SIGTERM as the first process of a container: it comes to its own end within the grace period.
        Assert.Equal(run.Of(pod)!.Number("exitCode") == 0 ? null : "Deleted", run.Of(pod)!.Text("exitReason"));
    }

    /// <summary>A Job of one pod that is not tried again, after its first rows are on the server.</summary>
    private static async Task<string> StartAsync(Scenario scenario, string name)
    {
        await scenario.ApplyAsync(Workload.Run(name));
        await scenario.ApplyAsync(scenario.Job(name, Long, retries: 0));
        var pod = await scenario.RunningPodAsync(name);
        await scenario.UntilRowsAsync(SomeRows);
        return pod;
    }
}
