using System.Text.Json;
using k8s;
using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Leadership;
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
    private readonly ResourceCache<KnownPod> _cache = new("pods");
    private readonly ReportingPods _pods;

    public ReportingPodsTests()
    {
        _queue = new WorkQueue<NamespacedName>(_time);
        _api = new KubernetesApi(new KubernetesClientConfiguration { Host = "http://nobody.invalid" }, _time);
        Add(_cache, "train", "u1", "");
        Add(_cache, "drain", "u2", """, "wandb-operator.io/drain": "true", "wandb-operator.io/injected": "v1" """);
        Add(_cache, "held-up", "u3", "", """, "initContainers":[{"name":"wandb-operator-agent"}]""");
        _pods = new ReportingPods(new RunWorkloads(_cache, new ResourceCache<KnownJob>("jobs"), new ReportStore(ReportBudget.Of(0), new SoleLeader()), _queue, _time), new PodLookups(_api, _time), _queue);
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

    /// <summary>Each of thousands reports. Measured in bytes: a look at a pod makes some, and a clock is not to be relied on.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Report_costs_no_more_when_its_WandbRun_has_thousands_of_pods(bool isIndexed)
    {
        AddWorkers(0, 10, isIndexed);
        var few = await CostAsync("w7");

        AddWorkers(10, 2_000, isIndexed);
        var many = await CostAsync("w7");

        Assert.InRange(many, 0, few + (few / 2));
    }

    [Fact]
    public async Task Failed_pods_of_the_same_work_are_the_attempts_before_it()
    {
        AddWorkers(0, 3, isIndexed: true);
        foreach (var (name, uid, phase) in new[] { ("w1-again", "w1b", "Failed"), ("w1-last", "w1c", "Running"), ("w2-again", "w2b", "Running") })
            AddWorker(name, uid, uid[1] - '0', phase, 1);
        AddWorker("w1", "w1", 1, "Failed", 0);
        // Taken away while it ran.
        _cache.Apply(new CacheChange<KnownPod>.Remove(new NamespacedName("ns", "w2")));

        async Task<int?> Attempt(string name, string uid) => (await _pods.AnswerForAsync(new PodIdentity("ns", name, uid), TestContext.Current.CancellationToken))!.Attempt;

        Assert.Equal((2, 1, 0), (await Attempt("w1-last", "w1c"), await Attempt("w2-again", "w2b"), await Attempt("w0", "w0")));
    }

    public void Dispose()
    {
        _api.Dispose();
        _queue.Dispose();
    }

    /// <returns>Bytes that one report makes here.</returns>
    private async Task<long> CostAsync(string name)
    {
        var pod = new PodIdentity("ns", name, name);
        // What is kept of a pod once it was read, and code that runs for the first time.
        for (var i = 0; i < 2; i++)
            Assert.NotNull(await _pods.AnswerForAsync(pod, TestContext.Current.CancellationToken));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var answer = _pods.AnswerForAsync(pod, TestContext.Current.CancellationToken);
        var cost = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(answer.IsCompletedSuccessfully);
        return cost;
    }

    private void AddWorkers(int from, int to, bool isIndexed)
    {
        for (var i = from; i < to; i++)
            AddWorker($"w{i}", $"w{i}", isIndexed ? i : null, "Running", 0);
    }

    private void AddWorker(string name, string uid, int? index, string phase, int minute) => Add(
        _cache, name, uid, index is { } number ? $", \"batch.kubernetes.io/job-completion-index\": \"{number}\"" : "",
        """, "initContainers":[{"name":"wandb-operator-agent","restartPolicy":"Always"}]""",
        $$$"""
        , "creationTimestamp":"2026-03-01T10:0{{{minute}}}:00Z", "ownerReferences":[{"apiVersion":"batch/v1","kind":"Job","name":"train","uid":"job1","controller":true}]
        """,
        phase);

    private static void Add(ResourceCache<KnownPod> cache, string name, string uid, string annotations, string spec = "", string metadata = "", string phase = "Running")
    {
        using var json = JsonDocument.Parse(
            $$$"""{"metadata":{"name":"{{{name}}}","namespace":"ns","uid":"{{{uid}}}","annotations":{"wandb-operator.io/run":"r"{{{annotations}}}}{{{metadata}}}},"status":{"phase":"{{{phase}}}"},"spec":{"containers":[{"name":"main"}]{{{spec}}}}}""");
        cache.Apply(new CacheChange<KnownPod>.Put(new CachedObject<KnownPod>(new NamespacedName("ns", name), "1", KnownPod.Read(json.RootElement)!)));
    }
}
