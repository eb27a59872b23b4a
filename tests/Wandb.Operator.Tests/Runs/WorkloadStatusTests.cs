using Wandb.Contract;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Runs;

/// <summary>What the Jobs above the pods say belongs to the status of the WandbRun.</summary>
public sealed class WorkloadStatusTests : IAsyncLifetime
{
    private const string Pods = "/api/v1/namespaces/default/pods";

    private LocalRuns? _cluster;

    private LocalRuns Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await LocalRuns.StartAsync();

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    [Fact]
    public async Task Jobs_above_the_pods_say_whether_more_is_to_come()
    {
        await Cluster.CreateRunAsync("r");
        // Nobody labelled it: it was made while the operator was away.
        await Cluster.CreateAsync("/apis/batch/v1/namespaces/default/jobs", """
            {"metadata":{"name":"train"},"spec":{"backoffLimit":0,"template":{"metadata":{"labels":{"wandb-operator.io/run":"r"},"annotations":{"wandb-operator.io/run":"r"}},
             "spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"i"}],"initContainers":[{"name":"wandb-operator-agent","image":"agent","restartPolicy":"Always"}]}}}}
            """);
        var running = await Cluster.UntilStatusAsync("r", status => Is(status, ConditionTypes.Injected, "True"));
        var pods = await Cluster.SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/pods");
        await Cluster.EndPodAsync(pods.GetProperty("items")[0].GetProperty("metadata").GetProperty("name").GetString()!, 0);

        await Cluster.UntilStatusAsync("r", status => Is(status, ConditionTypes.Finished, "True"));

        Assert.True(Is(running, ConditionTypes.Finished, "False"));
    }

    /// <summary>As Kueue does it: the pods go, and come again.</summary>
    [Fact]
    public async Task Suspended_Job_is_not_finished_until_it_was_resumed_and_has_ended()
    {
        await Cluster.CreateRunAsync("r");
        await Cluster.CreateAsync("/apis/batch/v1/namespaces/default/jobs", """
            {"metadata":{"name":"train","labels":{"wandb-operator.io/run":"r"}},"spec":{"suspend":true,"template":{"metadata":{"labels":{"wandb-operator.io/run":"r"},"annotations":{"wandb-operator.io/run":"r"}},
             "spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"i"}],"initContainers":[{"name":"wandb-operator-agent","image":"agent","restartPolicy":"Always"}]}}}}
            """);
        var created = await Cluster.UntilStatusAsync("r", status => status.Phase == "Suspended");
        Task SuspendAsync(bool isSuspended) => Cluster.SendAsync(
            HttpMethod.Patch, "/apis/batch/v1/namespaces/default/jobs/train", $$$"""{"spec":{"suspend":{{{(isSuspended ? "true" : "false")}}}}}""", "application/merge-patch+json");
        await SuspendAsync(false);
        var pod = await Cluster.UntilAnyAsync("/api/v1/namespaces/default/pods", "batch.kubernetes.io/job-name=train");
        var identity = new PodIdentity("default", (string)pod["metadata"]!["name"]!, (string)pod["metadata"]!["uid"]!);
        Cluster.Report(identity, LocalRuns.Run("a", ReportedRunState.Running));
        await Cluster.UntilStatusAsync("r", status => status.Counts!.Running == 1);

        await SuspendAsync(true);
        Cluster.Report(identity, LocalRuns.Run("a", ReportedRunState.Synced) with { ExitCode = 143, ExitReason = "Deleted" });
        var suspended = await Cluster.UntilStatusAsync("r", status => status is { Phase: "Suspended", Counts.Synced: 1 });
        await SuspendAsync(false);
        var resumed = await Cluster.UntilStatusAsync("r", status => status.Phase == "Running");

        foreach (var status in new[] { created, suspended })
        {
            var finished = status.Conditions!.Single(condition => condition.Type == ConditionTypes.Finished);
            Assert.Equal(("False", "Suspended", "1 Job is suspended; pods come when it is resumed"), (finished.Status, finished.Reason, finished.Message));
        }
        Assert.True(Is(suspended, ConditionTypes.Synced, "False"));
        Assert.True(Is(resumed, ConditionTypes.Finished, "False"));
    }

    /// <summary>The node of the first pod went before its agent had said a word.</summary>
    [Fact]
    public async Task Job_whose_retry_is_proved_is_Synced_although_nobody_heard_its_first_pod()
    {
        await Cluster.CreateRunAsync("r");
        await Cluster.CreateAsync("/apis/batch/v1/namespaces/default/jobs", """
            {"metadata":{"name":"train","labels":{"wandb-operator.io/run":"r"}},"spec":{"template":{"metadata":{"labels":{"wandb-operator.io/run":"r"},"annotations":{"wandb-operator.io/run":"r"}},
             "spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"i"}],"initContainers":[{"name":"wandb-operator-agent","image":"agent","restartPolicy":"Always"}]}}}}
            """);
        var lost = (string)(await Cluster.UntilAnyAsync(Pods, "batch.kubernetes.io/job-name=train"))["metadata"]!["name"]!;
        await Cluster.EndPodAsync(lost, 137);
        await Cluster.UntilStatusAsync("r", status => status.Unproved is { Count: 1 });
        await Cluster.DeletePodAsync(lost);
        var pod = await Cluster.UntilAnyAsync(Pods, "batch.kubernetes.io/job-name=train");

        var name = (string)pod["metadata"]!["name"]!;
        Cluster.Report(new PodIdentity("default", name, (string)pod["metadata"]!["uid"]!), LocalRuns.Run("a", ReportedRunState.Synced) with { StartedAt = null, FinishedAt = null });
        await Cluster.EndPodAsync(name, 0);
        var status = await Cluster.UntilStatusAsync("r", status => Is(status, ConditionTypes.Synced, "True"));

        Assert.Equal((lost, name), (Assert.Single(status.Unproved!).Pod, status.Unproved![0].RepeatedBy));
        Assert.True(Is(status, ConditionTypes.DataIntact, "Unknown") && Is(status, ConditionTypes.Finished, "True"));
    }

    private static bool Is(WandbRunStatus status, string type, string wanted) => status.Conditions?.Any(condition => condition.Type == type && condition.Status == wanted) ?? false;
}
