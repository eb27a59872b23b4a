using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Cluster.Storage;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>Ways to the server, and none.</summary>
public sealed class ServerTests(ScenarioClusters clusters)
{
    private static readonly TimeSpan LongDark = TimeSpan.FromMinutes(30);

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Online_the_trainer_uploads_and_the_agent_only_looks(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "online");
        await scenario.ApplyAsync(Workload.Run("online", "mode: online, group: all, summaryMetrics: [loss]"));
        await scenario.ApplyAsync(scenario.Job("online", "--rows 60 --rate 0"));

        await scenario.UntilJobAsync("online");
        var run = await scenario.UntilRunAsync("online", run => run.Is("Finished"), "is Finished");

        scenario.AssertRowsOnce();
        Assert.Equal((60, true, 0), (scenario.OnlyRun.Steps().Count, (bool)scenario.OnlyRun["complete"]!, (int)scenario.OnlyRun["exitcode"]!));
        Assert.Equal(("Unknown UploadedBySdk", "Unknown UploadedBySdk"), (run.Condition("Synced"), run.Condition("DataIntact")));
        var entry = Assert.Single(run.Runs);
        Assert.Equal(("Observed", 60, 59, 0), (entry.Text("state"), entry.Number("rowsRead"), entry.Number("lastStep"), entry.Number("exitCode")));
        Assert.Equal((double)scenario.OnlyRun["history"]!.AsArray()[^1]!["loss"]!, (double)entry["summary"]!["loss"]!);
        Assert.Equal(1, Assert.Single(Assert.Single(run.Groups).Objects("metrics")).Number("n"));
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Dark_server_keeps_nobody_waiting_and_a_claim_is_drained_later(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "dark");
        scenario.Backend.Faults.GoDark(LongDark);
        await scenario.ApplyAsync(Workload.Claim("runs") + "\n---\n" + Workload.Run("dark", "summaryMetrics: [loss], storage: { persistentVolumeClaim: { claimName: runs } }"));
        await scenario.ApplyAsync(scenario.Job("dark", "--rows 100 --rate 0"));

        await scenario.UntilJobAsync("dark");
        var dark = await scenario.UntilRunAsync("dark", run => run.Condition("Synced") == "False Buffering" && run.Phase == "Buffering" && run.Is("Finished"), "buffers and is Finished");
        Assert.Equal("True NothingLost", dark.Condition("DataIntact"));
        Assert.Equal("False Unreachable", dark.Condition("BackendReachable"));
        Assert.Equal((100, 0, 0), (dark.Count("rowsRead"), dark.Count("rowsAcknowledged"), dark.Count("rowsLost")));
        Assert.Equal(99, dark.Runs[0].Number("lastStep"));
        Assert.True(dark.Runs[0]["summary"]?["loss"] is not null, "the summary is known without the server");
        Assert.Empty(scenario.Backend.Runs());

        scenario.Backend.Faults.GoDark(TimeSpan.Zero);
        await scenario.ApplyAsync($$"""
            apiVersion: batch/v1
            kind: Job
            metadata: { name: drain, annotations: { wandb-operator.io/run: dark, wandb-operator.io/drain: "true" } }
            spec:
              backoffLimit: 0
              template:
                spec:
                  restartPolicy: Never
                  securityContext: { runAsUser: 0 }
                  containers: [{ name: agent, image: {{scenario.Cluster.AgentImage}}, args: [sync] }]
            """);
        await scenario.UntilJobAsync("drain");
        scenario.AssertRowsOnce();
        Assert.Equal((100, true, 0), (scenario.OnlyRun.Steps().Count, (bool)scenario.OnlyRun["complete"]!, (int)scenario.OnlyRun["exitcode"]!));
        var drained = await scenario.UntilRunAsync("dark", run => run.Is("Synced"), "tells the proof");
        Assert.Equal(("Synced", "True NothingLost", "True Answers"), (drained.Phase, drained.Condition("DataIntact"), drained.Condition("BackendReachable")));
        Assert.Equal((100, 100, 0), (drained.Count("rowsRead"), drained.Count("rowsAcknowledged"), drained.Count("rowsLost")));
        var entry = Assert.Single(drained.Runs);
        Assert.Equal((dark.Runs[0].Text("pod"), "Synced", 0), (entry.Text("pod"), entry.Text("state"), entry.Number("exitCode")));
        Assert.NotNull(entry.Text("receiptDigest"));
        Assert.Empty(drained.Node.Objects("status", "missed"));
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Dark_server_and_a_volume_that_goes_with_its_pod_is_told_as_lost(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "lost");
        scenario.Backend.Faults.GoDark(LongDark);
        await scenario.ApplyAsync(Workload.Run("lost"));
        await scenario.ApplyAsync(scenario.Job("lost", "--rows 100 --rate 0"));

        await scenario.UntilJobAsync("lost");
        var run = await scenario.UntilRunAsync("lost", run => run.Phase == "DataLost", "tells the loss");

        Assert.Equal(("False VolumeGone", "False DataLost", 100), (run.Condition("DataIntact"), run.Condition("Synced"), run.Count("rowsLost")));
        Assert.Contains("100 rows", run.Node.Objects("status", "conditions").Single(one => one.Text("type") == "DataIntact").Text("message"), StringComparison.Ordinal);
    }
}
