using System.Text.Json;
using k8s;
using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Reports;
using Wandb.Operator.Runs;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Runs;

public sealed class ReportingPodsTests : IDisposable
{
    private static readonly NamespacedName Run = new("ns", "r");
    private static readonly PodIdentity Pod = new("ns", "train", "u1");

    private readonly FakeTimeProvider _time = new();
    private readonly WorkQueue<NamespacedName> _queue;
    private readonly KubernetesApi _api;
    private readonly ReportingPods _pods;

    public ReportingPodsTests()
    {
        _queue = new WorkQueue<NamespacedName>(_time);
        _api = new KubernetesApi(new KubernetesClientConfiguration { Host = "http://nobody.invalid" }, _time);
        var cache = new ResourceCache<KnownPod>("pods");
        Add(cache, "train", "u1", "");
        Add(cache, "drain", "u2", """, "wandb-operator.io/drain": "true", "wandb-operator.io/injected": "v1" """);
        Add(cache, "held-up", "u3", "", """, "initContainers":[{"name":"wandb-operator-agent"}]""");
        _pods = new ReportingPods(new RunWorkloads(cache, new ResourceCache<KnownJob>("jobs"), new ReportStore(), _queue, _time), new PodLookups(_api, _time), _queue);
        _queue.Open();
    }

    [Fact]
    public async Task Run_whose_state_is_news_is_looked_at_at_once()
    {
        _pods.Reported(Pod, ReportNews.State);

        Assert.Equal(Run, await _queue.TakeAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Figures_of_a_run_wait_for_those_of_other_pods_and_no_longer_than_a_status_anyway()
    {
        _pods.Reported(Pod, ReportNews.Figures);
        var taken = _queue.TakeAsync(TestContext.Current.CancellationToken).AsTask();
        _time.Advance(ReportingPods.FiguresWait / 2);
        _pods.Reported(Pod, ReportNews.Figures);
        Assert.False(taken.IsCompleted);

        _time.Advance(ReportingPods.FiguresWait / 2);

        Assert.Equal(Run, await taken);
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public async Task News_of_a_state_take_the_figures_along()
    {
        _pods.Reported(Pod, ReportNews.Figures);
        _pods.Reported(Pod, ReportNews.State);

        Assert.Equal(Run, await _queue.TakeAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public async Task Pod_that_drains_may_report_and_is_told_no_ends_of_its_own()
    {
        var answer = await _pods.AnswerForAsync(new PodIdentity("ns", "drain", "u2"), TestContext.Current.CancellationToken);

        Assert.Empty(answer!.Ended);
        Assert.Null(answer.Attempt);
        Assert.Null(await _pods.AnswerForAsync(Pod, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Agent_that_holds_its_pod_up_is_told_so()
    {
        var answer = await _pods.AnswerForAsync(new PodIdentity("ns", "held-up", "u3"), TestContext.Current.CancellationToken);

        Assert.True(answer!.HoldsUpPod);
    }

    public void Dispose()
    {
        _api.Dispose();
        _queue.Dispose();
    }

    private static void Add(ResourceCache<KnownPod> cache, string name, string uid, string annotations, string spec = "")
    {
        using var json = JsonDocument.Parse(
            $$$"""{"metadata":{"name":"{{{name}}}","namespace":"ns","uid":"{{{uid}}}","annotations":{"wandb-operator.io/run":"r"{{{annotations}}}}},"spec":{"containers":[{"name":"main"}]{{{spec}}}}}""");
        cache.Apply(new CacheChange<KnownPod>.Put(new CachedObject<KnownPod>(new NamespacedName("ns", name), "1", KnownPod.Read(json.RootElement)!)));
    }
}
