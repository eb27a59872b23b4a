using System.Text.Json;
using Wandb.Operator.Runs;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Runs;

public sealed class KeptPodsTests
{
    private static readonly NamespacedName Run = new("ns", "r");
    private readonly KeptPods _pods = new(capacity: 2);

    [Fact]
    public void Pod_that_is_gone_is_remembered_for_a_while_as_it_was_last()
    {
        var pod = Pod("a");
        _pods.Put(pod);
        _pods.MarkGone(pod, TimeSpan.Zero);

        Assert.Equal((pod, true), Assert.Single(_pods.Of(Run)));
        Assert.Empty(_pods.Sweep(KeptPods.GoneFor - TimeSpan.FromSeconds(1)));
        Assert.Equal(["a"], _pods.Sweep(KeptPods.GoneFor));
        Assert.Empty(_pods.Of(Run));
        Assert.Null(_pods.Find("a"));
    }

    [Fact]
    public void Pod_that_was_over_before_it_went_is_not_read_as_gone()
    {
        var pod = Pod("a", "Succeeded");
        _pods.Put(pod);
        _pods.MarkGone(pod, TimeSpan.Zero);

        var (kept, isGone) = _pods.Find("a")!.Value;

        Assert.False(isGone);
        Assert.False(kept.Observe(null, isGone).HasFailed);
    }

    [Fact]
    public void Of_many_that_are_gone_the_first_gives_way()
    {
        List<KnownPod> pods = [Pod("a"), Pod("b"), Pod("c"), Pod("d")];
        pods.ForEach(_pods.Put);

        var forgotten = pods.Take(3).SelectMany((pod, i) => _pods.MarkGone(pod, TimeSpan.FromSeconds(i))).ToList();

        Assert.Equal(["a"], forgotten);
        Assert.Equal(["b", "c", "d"], _pods.Of(Run).Select(pod => pod.Pod.Uid).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Pod_that_a_late_watch_shows_again_is_there_again()
    {
        _pods.Put(Pod("a"));
        _pods.MarkGone(Pod("a"), TimeSpan.Zero);
        _pods.Put(Pod("a"));

        Assert.Empty(_pods.Sweep(TimeSpan.FromDays(1)));
        Assert.False(_pods.Find("a")!.Value.IsGone);
    }

    [Fact]
    public void Pod_that_names_another_WandbRun_now_is_that_ones()
    {
        _pods.Put(Pod("a"));
        _pods.Put(Pod("a", run: "other"));

        Assert.Empty(_pods.Of(Run));
        Assert.Single(_pods.Of(Run with { Name = "other" }));
        Assert.Equal(1, _pods.Count);
    }

    [Fact]
    public void Pods_are_equal_when_nothing_that_matters_differs()
    {
        Assert.Equal(Pod("a"), Pod("a", other: "x"));
        Assert.NotEqual(Pod("a"), Pod("a", "Failed"));
        Assert.NotEqual(Pod("a"), Pod("b"));
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"p","namespace":"n","labels":{"wandb-operator.io/run":"r"}}}""")]
    [InlineData("{}")]
    public void Pod_that_does_not_ask_is_none_of_ours(string json) => Assert.Null(KnownPod.Read(JsonElement.Parse(json)));

    private static KnownPod Pod(string uid, string phase = "Running", string run = "r", string other = "") => KnownPod.Read(JsonElement.Parse(
        $$$"""
        {"metadata":{"name":"p-{{{uid}}}","namespace":"ns","uid":"{{{uid}}}","resourceVersion":"{{{other}}}","annotations":{"wandb-operator.io/run":"{{{run}}}"}},
         "spec":{"containers":[{"name":"main"}],"initContainers":[{"name":"wandb-operator-agent"}]},"status":{"phase":"{{{phase}}}","podIP":"{{{other}}}"}}
        """))!;
}
