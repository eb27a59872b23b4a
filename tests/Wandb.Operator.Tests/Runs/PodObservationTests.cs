using System.Text.Json.Nodes;
using Wandb.Operator.Runs;

namespace Wandb.Operator.Tests.Runs;

public sealed class PodObservationTests
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Pod_is_read_as_the_API_server_shows_it()
    {
        var pod = PodObservation.Read(
            PodJson.Injected(
                """{"phase":"Running","containerStatuses":[{"name":"main","restartCount":2},{"name":"istio-proxy","restartCount":9}]}""",
                """
                "annotations":{"batch.kubernetes.io/job-completion-index":"3","batch.kubernetes.io/job-index-failure-count":"1"}
                """),
            null,
            isGone: false);

        Assert.Equal(("u0", "train-0-bcdfg", "n1", "job1", 3), (pod.Uid, pod.Name, pod.Node, pod.OwnerUid, pod.Index));
        Assert.Equal((true, false, false, 2, 1), (pod.IsInjected, pod.IsOver, pod.HasFailed, pod.Restarts, pod.FailuresOfIndex));
    }

    [Theory]
    [InlineData("\"emptyDir\":{}", false)]
    [InlineData("\"ephemeral\":{}", false)]
    [InlineData("\"csi\":{\"driver\":\"d\"}", false)]
    [InlineData("\"persistentVolumeClaim\":{\"claimName\":\"c\"}", true)]
    [InlineData("\"nfs\":{\"server\":\"s\",\"path\":\"/p\"}", true)]
    public void Only_a_volume_that_outlives_the_pod_keeps_runs(string volume, bool isKept)
    {
        var json = PodJson.Injected("{}", volume: volume);

        Assert.Equal(isKept, PodObservation.Read(json, null, isGone: false).IsStorageKept);
        Assert.Equal(isKept, PodObservation.Read(PodReduction.Of(json), null, isGone: false).IsStorageKept);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("""{"name":"main","state":{"waiting":{"reason":"PodInitializing"}}}""", false)]
    [InlineData("""{"name":"istio-proxy","state":{"running":{}}},{"name":"main","state":{"waiting":{}}}""", false)]
    [InlineData("""{"name":"main","state":{"running":{}}}""", true)]
    [InlineData("""{"name":"main","state":{"terminated":{"exitCode":1}}}""", true)]
    [InlineData("""{"name":"main","state":{"waiting":{}},"lastState":{"terminated":{"exitCode":1}}}""", true)]
    public void Training_has_begun_when_the_kubelet_has_told_of_a_training_container(string statuses, bool hasBegun)
    {
        var json = PodJson.Injected($$"""{"containerStatuses":[{{statuses}}]}""");

        Assert.Equal(hasBegun, PodObservation.Read(json, null, isGone: true).HasBegun);
        Assert.Equal(hasBegun, PodObservation.Read(PodReduction.Of(json), null, isGone: true).HasBegun);
    }

    [Fact]
    public void Agent_without_its_volume_keeps_nothing()
    {
        var pod = PodJson.Parse("""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c"}],"initContainers":[{"name":"wandb-operator-agent"}]}}""");

        Assert.False(PodObservation.Read(pod, null, isGone: false).IsStorageKept);
    }

    [Fact]
    public void Pod_whose_agent_became_an_init_container_is_missed_and_not_proved_by_its_end()
    {
        var pod = PodObservation.Read(
            PodJson.HeldUp("""{"phase":"Succeeded","initContainerStatuses":[{"name":"wandb-operator-agent","state":{"terminated":{"exitCode":0}}}]}"""), null, isGone: false);

        Assert.Equal((false, true, false, "NoSidecars"), (pod.IsInjected, pod.IsHeldUp, pod.IsProved, pod.Missed?.Reason));
        Assert.False(PodObservation.Read(PodJson.Injected("{}"), null, isGone: false).IsHeldUp);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("zero", false)]
    public void Exit_status_0_proves_only_where_the_agent_may_end_with_another(string? exitStatus, bool isProved)
    {
        var json = PodJson.Injected("""{"phase":"Succeeded","initContainerStatuses":[{"name":"wandb-operator-agent","state":{"terminated":{"exitCode":0}}}]}""");
        if (exitStatus is not null)
            json["spec"]!["initContainers"]![0]!["env"]!.AsArray().Add(new JsonObject { ["name"] = "WANDB_AGENT_EXIT_STATUS", ["value"] = exitStatus });

        Assert.Equal(isProved, PodObservation.Read(json, null, isGone: false).IsProved);
        Assert.Equal(isProved, PodObservation.Read(PodReduction.Of(json), null, isGone: false).IsProved);
    }

    [Fact]
    public void Failed_pods_of_the_same_index_and_restarts_are_attempts()
    {
        var pods = new[]
        {
            Pod("a", 0, 0) with { HasFailed = true },
            Pod("b", 0, 1) with { HasFailed = true },
            Pod("c", 1, 1) with { HasFailed = true },
            Pod("d", 0, 2) with { Restarts = 1 },
            Pod("e", 0, 3) with { HasFailed = true },
            Pod("f", 0, 1) with { HasFailed = true, OwnerUid = "other" },
        };

        var failed = PodAttempts.Failed(pods);
        Assert.Equal(3, PodAttempts.Of(pods[3], failed[("job1", 0)]));
        Assert.Equal(0, PodAttempts.Of(pods[0], failed[("job1", 0)]));
    }

    [Fact]
    public void Failures_that_only_the_Job_remembers_count() => Assert.Equal(4, PodAttempts.Of(Pod("a", 0, 0) with { FailuresOfIndex = 4 }, []));

    private static PodObservation Pod(string uid, int index, int minutes) =>
        new() { Uid = uid, Name = uid, OwnerUid = "job1", Index = index, CreatedAt = Begin.AddMinutes(minutes) };
}
