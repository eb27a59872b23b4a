using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Cluster.Storage;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>What disturbs everybody in a cluster: the operator is away, a node is lost.</summary>
public sealed class AloneTests(ScenarioClusters clusters)
{
    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Operator_that_is_down_holds_no_pod_up_and_tells_afterwards_what_it_missed(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAloneAsync(kind, "down");
        await scenario.ApplyAsync(Workload.Run("early") + "\n---\n" + Workload.Run("late"));
        // It is to outlive the time without an operator: a report that nobody took at the end of a pod is told as a loss.
        await scenario.ApplyAsync(scenario.Job("early", "--rows 8000 --rate 200"));
        await scenario.UntilRowsAsync(100);
        await scenario.UntilRunAsync("early", run => run.Runs.Count > 0, "shows the run");

        await scenario.Cluster.StopOperatorAsync();
        try
        {
            await scenario.ApplyAsync(scenario.Job("late", "--rows 5 --rate 0", container: "env: [{ name: WANDB_MODE, value: offline }]"));
            await scenario.UntilJobAsync("late");
        }
        finally
        {
            await scenario.Cluster.StartOperatorAsync();
        }

        var late = await scenario.UntilRunAsync("late", run => run.Missed.Count > 0, "tells the pod that it missed");
        Assert.StartsWith("late", Assert.Single(late.Missed).Text("pod"), StringComparison.Ordinal);
        await scenario.UntilJobAsync("early");
        var early = await scenario.UntilRunAsync("early", run => run.Is("Synced"), "is Synced");
        scenario.AssertRowsOnce();
        Assert.Equal((8000, 1, 1), (scenario.OnlyRun.Steps().Count, early.Count("total"), early.Count("synced")));
        Assert.Equal("True NothingLost", early.Condition("DataIntact"));
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Lost_node_ends_the_run_as_such_and_the_next_pod_is_another_one(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAloneAsync(kind, "node");
        await scenario.ApplyAsync(Workload.Run("node") + "\n---\n" + Workload.Claim("marks"));
        // Long enough that the node is lost before the script has ended, however busy the machine is.
        await scenario.ApplyAsync(scenario.Job("node", "--rows 800 --rate 50"));
        var name = await scenario.RunningPodAsync("node");
        await scenario.UntilRowsAsync(100);
        var pod = (await scenario.Api.FindAsync(KubeApi.Pods(scenario.Namespace), name))!;
        await scenario.UntilRunAsync("node", run => run.Of(name) is not null, "shows the run");

        var node = pod.Text("spec", "nodeName")!;
        await scenario.Cluster.LoseNodeAsync(node);
        try
        {
            await scenario.UntilPodAsync("batch.kubernetes.io/job-name=node", other => other.Name() != name && other.Text("status", "phase") == "Succeeded", "has taken its place");
        }
        finally
        {
            await scenario.Cluster.RecoverNodeAsync(node);
        }

        await scenario.UntilJobAsync("node");
        var run = await scenario.UntilRunAsync("node", run => run.Is("Finished") && run.Of(name)?.Text("state") == "Lost", "knows both ends");
        Assert.Equal("NodeLost", run.Of(name)!.Text("exitReason"));
        Assert.Equal("False VolumeGone", run.Condition("DataIntact"));
        scenario.AssertRowsOnce();
        Assert.Equal([800], scenario.Backend.Runs().Where(one => (bool)one["complete"]!).Select(one => one.Steps().Count));
    }
}
