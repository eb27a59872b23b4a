using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.Operator.Runs;

namespace Wandb.Operator.Tests.Runs;

public sealed class PodReductionTests
{
    public static TheoryData<string, string> Pods() => new()
    {
        { """{"phase":"Running","containerStatuses":[{"name":"main","restartCount":2,"state":{"running":{"startedAt":"2026-03-01T10:00:00Z"}},"lastState":{"terminated":{"exitCode":1,"reason":"Error"}}}]}""", "" },
        { """{"phase":"Failed","reason":"Evicted","conditions":[{"type":"Ready","status":"False"},{"type":"DisruptionTarget","status":"True","reason":"PreemptionByScheduler","lastTransitionTime":"2026-03-01T10:00:00Z"}]}""", "" },
        { "{}", """
            "annotations":{"batch.kubernetes.io/job-completion-index":"3","batch.kubernetes.io/job-index-failure-count":"1","other":"x"},
            "labels":{"jobset.sigs.k8s.io/replicatedjob-name":"w","jobset.sigs.k8s.io/job-index":"1","app":"x"},
            "deletionTimestamp":"2026-03-01T10:00:30Z","deletionGracePeriodSeconds":30
            """ },
        { """{"phase":"Succeeded","initContainerStatuses":[{"name":"other","state":{}},{"name":"wandb-operator-agent","state":{"terminated":{"exitCode":0}}}]}""", "" },
        { "null", "" },
        { "{}", """
            "labels":{"training.kubeflow.org/replica-type":"worker","training.kubeflow.org/replica-index":"0","training.kubeflow.org/job-role":"master"}
            """ },
    };

    [Theory]
    [MemberData(nameof(Pods))]
    public void Reduced_pod_says_the_same(string status, string metadata)
    {
        var pod = PodJson.Injected(status, metadata);

        foreach (var isGone in new[] { false, true })
            Assert.Equal(Text(PodObservation.Read(pod, "DeadlineExceeded", isGone)), Text(PodObservation.Read(PodReduction.Of(pod), "DeadlineExceeded", isGone)));
    }

    [Fact]
    public void Pod_that_its_agent_holds_up_says_so_reduced()
    {
        var pod = PodJson.HeldUp("{}");

        Assert.True(PodObservation.Read(PodReduction.Of(pod), null, isGone: false).IsHeldUp);
        Assert.Equal(Text(PodObservation.Read(pod, null, isGone: false)), Text(PodObservation.Read(PodReduction.Of(pod), null, isGone: false)));
    }

    [Fact]
    public void Pod_that_was_missed_or_silenced_says_so_reduced()
    {
        var missed = PodJson.Parse("""{"metadata":{"name":"p","annotations":{"wandb-operator.io/run":"r","wandb-operator.io/missed":"RunMissing: there is none"}},"spec":{"containers":[{"name":"c"}]}}""");
        var silenced = PodJson.Parse(
            """{"metadata":{"name":"p","annotations":{"wandb-operator.io/injected":"v1"}},"spec":{"containers":[{"name":"c","env":[{"name":"RANK","value":"1"},{"name":"WANDB_MODE","value":"disabled"}]}]}}""");

        Assert.Equal("RunMissing", PodObservation.Read(PodReduction.Of(missed), null, isGone: false).Missed?.Reason);
        Assert.True(PodObservation.Read(PodReduction.Of(silenced), null, isGone: false).IsSilenced);
        Assert.Equal(1, PodObservation.Read(PodReduction.Of(silenced), null, isGone: false).Index);
    }

    [Fact]
    public void Values_of_the_users_variables_and_managed_fields_are_not_kept()
    {
        var pod = PodJson.Parse("""
            {"metadata":{"name":"p","managedFields":[{"manager":"secret-1"}],"annotations":{"a":"secret-2"}},
             "spec":{"containers":[{"name":"c","image":"i","env":[{"name":"PASSWORD","value":"secret-3"}],"args":["secret-4"]}],"volumes":[{"name":"v","hostPath":{"path":"secret-5"}}]},
             "status":{"podIP":"secret-6"}}
            """);

        Assert.DoesNotContain("secret", PodReduction.Of(pod).ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"metadata":7,"spec":[],"status":"x"}""")]
    [InlineData("""{"metadata":{"labels":7,"ownerReferences":7},"spec":{"containers":[7,null],"volumes":{}},"status":{"conditions":[null],"containerStatuses":7}}""")]
    public void What_is_no_pod_is_read_as_far_as_it_goes(string json)
    {
        var reduced = PodReduction.Of(JsonNode.Parse(json)!.AsObject());

        Assert.False(PodObservation.Read(reduced, null, isGone: false).IsInjected);
    }

    private static string Text(PodObservation pod) =>
        JsonSerializer.Serialize(new ReportAnswer { Ended = pod.Ended }, ContractJson.Default.ReportAnswer) + (pod with { Ended = [] });
}
