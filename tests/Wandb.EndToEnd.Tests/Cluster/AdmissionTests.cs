using System.Net;
using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.Operator.Manifests;
using Wandb.Sandbox.Cluster.Storage;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>Pods that ask for what is not there, or not allowed.</summary>
public sealed class AdmissionTests(ScenarioClusters clusters)
{
    // Nobody else says so to a script that is not injected.
    private const string Offline = "env: [{ name: WANDB_MODE, value: offline }]";

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Required_run_that_is_missing_refuses_the_pod_with_the_reason(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "required");

        var pod = Pod(scenario, "asks", "wandb-operator.io/run: nowhere, wandb-operator.io/required: \"true\"");
        var (code, answer) = await scenario.Api.TryApplyAsync(pod, scenario.Namespace);

        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("nowhere", answer.Text("message"), StringComparison.Ordinal);
        Assert.Null(await scenario.Api.FindAsync(KubeApi.Pods(scenario.Namespace), "asks"));
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Run_that_is_missing_holds_no_pod_up_and_is_told_once_it_is_there(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "missing");
        await scenario.ApplyAsync(scenario.Job("late", "--rows 5 --rate 0", container: Offline));
        await scenario.UntilJobAsync("late");
        await scenario.UntilEventAsync(told => told.Text("type") == "Warning" && told.Text("message")!.Contains("WandbRun", StringComparison.Ordinal), "says why");

        await scenario.ApplyAsync(Workload.Run("late"));

        var run = await scenario.UntilRunAsync("late", run => run.Missed.Count > 0, "tells the pod that it missed");
        var missed = Assert.Single(run.Missed);
        Assert.StartsWith("late", missed.Text("pod"), StringComparison.Ordinal);
        Assert.Equal("False SomeMissed", run.Condition("Injected"));
        Assert.Empty(scenario.Backend.Runs());
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Restricted_namespace_takes_the_injected_pod(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "restricted", "pod-security.kubernetes.io/enforce: restricted");
        await scenario.ApplyAsync(Workload.Run("restricted"));
        await scenario.ApplyAsync(scenario.Job(
            "restricted", "--rows 60 --rate 0",
            podSpec: "securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, seccompProfile: { type: RuntimeDefault } }",
            container: "securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }"));

        await scenario.UntilJobAsync("restricted");
        await scenario.UntilRunAsync("restricted", run => run.Is("Synced"), "is Synced");

        scenario.AssertRowsOnce();
        Assert.Equal(60, scenario.OnlyRun.Steps().Count);
        var (code, answer) = await scenario.Api.TryApplyAsync(Pod(scenario, "root", "wandb-operator.io/run: restricted"), scenario.Namespace);
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("violates PodSecurity", answer.Text("message"), StringComparison.Ordinal);
        Assert.Contains("runAsNonRoot != true", answer.Text("message"), StringComparison.Ordinal);
        Assert.Contains("\"trainer\"", answer.Text("message"), StringComparison.Ordinal);
    }

    private static JsonObject Pod(Scenario scenario, string name, string annotations) => YamlDocuments.Read(new StringReader($$"""
        apiVersion: v1
        kind: Pod
        metadata: { name: {{name}}, annotations: { {{annotations}} } }
        spec:
          restartPolicy: Never
          containers: [{{scenario.Cluster.Trainer.Container("--rows 5").ToJsonString()}}]
        """)).Single().AsObject();
}
