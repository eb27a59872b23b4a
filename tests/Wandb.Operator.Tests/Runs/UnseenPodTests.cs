using System.Text.Json;
using Wandb.Operator.Leadership;
using Wandb.Operator.Runs;
using Wandb.Operator.Tests.Leadership;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Runs;

public sealed class UnseenPodTests
{
    private const string Owner = """
        "ownerReferences":[{"apiVersion":"batch/v1","kind":"Job","name":"train","uid":"j1","controller":true}]
        """;

    private static readonly Dictionary<string, string> Jobs = new() { ["j1"] = "of-job" };

    public static TheoryData<string, string, string> Metadata => new()
    {
        { "asks", """ "annotations":{"wandb-operator.io/run":"r"} """, "ns/r p False False" },
        { "asks nothing", """ "annotations":{"other":"r"} """, "-" },
        { "has no annotations", "", "-" },
        { "its Job asks", Owner, "ns/of-job p True False" },
        { "has another word than its Job", """ "annotations":{"wandb-operator.io/run":"r"}, """ + Owner, "ns/r p False False" },
        { "its Job does not ask", Owner.Replace("j1", "j2", StringComparison.Ordinal), "-" },
        { "a Job of another group", Owner.Replace("batch/v1", "other.io/v1", StringComparison.Ordinal), "-" },
        { "was injected, and its label taken away", """ "annotations":{"wandb-operator.io/run":"r","wandb-operator.io/injected":"v1"} """, "-" },
        { "a static pod", """ "annotations":{"wandb-operator.io/run":"r","kubernetes.io/config.mirror":"x"} """, "ns/r p False True" },
    };

    [Theory]
    [MemberData(nameof(Metadata))]
    public void Metadata_tell_whether_a_pod_or_its_Job_asks(string what, string metadata, string expected)
    {
        var json = JsonElement.Parse($$$"""{"metadata":{"name":"p","namespace":"ns"{{{(metadata.Length > 0 ? "," + metadata : "")}}}}}""");

        var pod = UnseenPod.Read(json, Jobs);

        Assert.Equal((what, expected), (what, pod is null ? "-" : $"{pod.Run} {pod.Name} {pod.IsOfUnseenJob} {pod.IsMirror}"));
    }

    [Fact]
    public void Only_WandbRuns_whose_pods_are_others_than_before_are_told()
    {
        var unseen = new UnseenPods(new SoleLeader());

        Assert.Equal(["a/r"], Replace("", Pod("a", "r", "p1")));
        Assert.Empty(Replace("", Pod("a", "r", "p1")));
        Assert.Equal(["b/r"], Replace("b", Pod("b", "r", "p2")));
        Assert.Equal(["p1"], unseen.Of(new NamespacedName("a", "r")).Select(pod => pod.Name));
        Assert.Equal(["a/r"], Replace("a"));
        Assert.Equal(["b/r"], Replace(""));

        IEnumerable<string> Replace(string scope, params UnseenPod[] found) => unseen.Replace(scope, found).Select(run => run.ToString());
    }

    [Fact]
    public void The_newest_hundred_of_a_WandbRun_are_kept()
    {
        var unseen = new UnseenPods(new SoleLeader());

        unseen.Replace("", Enumerable.Range(0, 250).Select(n => Pod("a", "r", $"p{n:d3}") with { CreatedAt = Observed.Begin.AddSeconds(n) }));

        Assert.Equal(Enumerable.Range(150, 100).Select(n => $"p{n:d3}"), unseen.Of(new NamespacedName("a", "r")).Select(pod => pod.Name));
    }

    /// <summary>The pod, or its WandbRun, may be another by then.</summary>
    [Fact]
    public void What_was_found_before_another_replica_led_is_not_known_any_more()
    {
        var leadership = new GivenLeadership();
        var unseen = new UnseenPods(leadership);
        unseen.Replace("", [Pod("a", "r", "p1")]);

        leadership.Lose();
        leadership.Lead(othersLed: true);

        Assert.Empty(unseen.Of(new NamespacedName("a", "r")));
        Assert.Equal(["a/r"], unseen.Replace("", [Pod("a", "r", "p1")]).Select(run => run.ToString()));
    }

    private static UnseenPod Pod(string ns, string run, string name) => new() { Run = new NamespacedName(ns, run), Name = name };
}
