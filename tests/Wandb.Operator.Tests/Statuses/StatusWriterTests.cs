using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Leadership;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using Wandb.Operator.Statuses;
using Wandb.Operator.Tests.Watching;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Statuses;

/// <summary>One WandbRun whose status has always changed, its controller, and an API server that says what a test wants.</summary>
public sealed class StatusWriterTests : IAsyncLifetime, IReconciler<NamespacedName>
{
    private static readonly NamespacedName Name = new("n", "r");
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly DateTimeOffset _begin;
    private readonly MetricLog _metrics = new();
    private readonly WorkQueue<NamespacedName> _queue;
    private readonly ConcurrentQueue<TimeSpan> _writes = new();
    private ScriptedServer? _server;
    private KubernetesApi? _api;
    private StatusWriter<WandbRun, WandbRunStatus>? _writer;
    private ControllerService<NamespacedName>? _controller;
    private ReconcileResult? _last;
    private Task _looked = Task.CompletedTask;

    public StatusWriterTests() => (_queue, _begin) = (new WorkQueue<NamespacedName>(_time), _time.GetUtcNow());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _controller!.StopAsync(Token);
        _controller.Dispose();
        _api!.Dispose();
        await _server!.DisposeAsync();
        _queue.Dispose();
        _metrics.Dispose();
    }

    async ValueTask<ReconcileResult> IReconciler<NamespacedName>.ReconcileAsync(NamespacedName key, CancellationToken ct) =>
        _last = await _writer!.WriteAsync(Run(1, "9"), null, new WandbRunStatus { Phase = "Running" }, ct);

    /// <summary>Agents report every 10 s, and each report has the WandbRun looked at.</summary>
    [Theory]
    [InlineData(403)]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Writes_that_fail_come_ever_less_often_also_while_agents_report(int status)
    {
        await StartAsync(context => ScriptedServer.AnswerAsync(context, status, Problem(status, "not now")));

        await PassAsync(TimeSpan.FromHours(1), isReporting: true);

        Assert.InRange(_writes.Count, 15, 32);
        Assert.Equal(_writes.Count, _queue.FailuresOf(Name));
        var gaps = _writes.Zip(_writes.Skip(1), (one, next) => next - one).ToList();
        Assert.InRange(gaps[0], WriteBudget.ObjectInterval, 2 * WriteBudget.ObjectInterval);
        Assert.InRange(gaps[^1], TimeSpan.FromSeconds(150), TimeSpan.FromSeconds(302));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wait_that_the_API_server_asks_for_is_kept(bool isReporting)
    {
        await StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "60";
            return ScriptedServer.AnswerAsync(context, 429, Problem(429, "too many requests"));
        });

        await PassAsync(TimeSpan.FromSeconds(59), isReporting);
        Assert.Single(_writes);
        // Up to half of it more, so that not all come at once; and of that again where nothing else wakes it.
        await PassAsync(TimeSpan.FromSeconds(77), isReporting);

        Assert.InRange(_writes.Count, 2, 3);
    }

    [Theory]
    [InlineData(413, "Request entity too large: limit is 3145728")]
    [InlineData(500, "etcdserver: request is too large")]
    [InlineData(500, "rpc error: code = ResourceExhausted desc = trying to send message larger than max (2200000 vs. 2097152)")]
    public async Task Status_that_is_too_large_waits_for_a_change_and_is_told(int status, string message)
    {
        await StartAsync(context => ScriptedServer.AnswerAsync(context, status, Problem(status, message)));

        Assert.Equal(0, _queue.Depth);
        Assert.Matches("its status of [0-9]+ bytes is too large", Assert.IsType<ReconcileResult.Terminal>(_last).Reason);
        Assert.Contains("wandb.operator.status.writes 1 wandb.status.outcome=refused", _metrics.Lines);
        await PassAsync(TimeSpan.FromHours(1), isReporting: true);
        Assert.InRange(_writes.Count, 2, 32);
    }

    [Fact]
    public async Task Another_spec_is_tried_at_once_whatever_failed_before()
    {
        await StartAsync(context => ScriptedServer.AnswerAsync(context, 413, Problem(413, "too large")));
        await PassAsync(TimeSpan.FromMinutes(10), isReporting: true);
        var before = _writes.Count;

        Assert.True(_writer!.IsNews(Name, Run(1, "9"), Run(2, "10")));
        await StepAsync(() => _queue.Add(Name), isLook: true);
        await PassAsync(WriteBudget.ObjectInterval, isReporting: false);

        Assert.Equal(before + 1, _writes.Count);
    }

    [Fact]
    public async Task What_was_written_here_is_no_news_unless_another_spec_comes_with_it()
    {
        await StartAsync(context => ScriptedServer.AnswerAsync(context, 200, """{"metadata":{"resourceVersion":"11"}}"""));

        Assert.False(_writer!.IsNews(Name, Run(1, "9"), Run(1, "11")));
        // The watch broke after version 9: the list has the spec of version 10 and the status of version 11.
        Assert.True(_writer.IsNews(Name, Run(1, "9"), Run(2, "11")));
        Assert.True(_writer.IsNews(Name, Run(1, "11"), Run(1, "12")));
        Assert.True(_writer.IsNews(Name, Run(1, "11"), null));
    }

    private static WandbRun Run(long generation, string version) =>
        new() { Metadata = new ObjectMeta { Name = Name.Name, Namespace = Name.Namespace, Uid = "u", Generation = generation, ResourceVersion = version } };

    private static string Problem(int code, string message) => $$"""{"kind":"Status","status":"Failure","reason":"","message":"{{message}}","code":{{code}}}""";

    /// <summary>Until the WandbRun was looked at for the first time.</summary>
    private async Task StartAsync(RequestDelegate answer)
    {
        _server = await ScriptedServer.StartAsync(context =>
        {
            _writes.Enqueue(_time.GetUtcNow() - _begin);
            return answer(context);
        });
        _api = _server.Api(_time);
        _writer = new StatusWriter<WandbRun, WandbRunStatus>(RunStatusKind.Value, new StatusApi(_api, _metrics.Metrics), new WriteBudget(), _time);
        var controller = new Controller<NamespacedName> { Name = ResourceNames.Runs, Reconciler = this, Queue = _queue, AllKeys = () => [Name] };
        _controller = new ControllerService<NamespacedName>(
            controller, [], new SoleLeader(), _metrics.Metrics, _time, NullLogger<ControllerService<NamespacedName>>.Instance);
        _looked = LookAsync();
        await _controller.StartAsync(Token);
        await _looked;
        _looked = LookAsync();
    }

    private async Task PassAsync(TimeSpan span, bool isReporting)
    {
        for (var second = 1; second <= span.TotalSeconds; second++)
        {
            if (isReporting && second % 10 == 0)
                await StepAsync(() => _queue.Add(Name), isLook: true);
            await StepAsync(() => _time.Advance(Second), isLook: false);
        }
    }

    /// <summary>Does something, and lets the look that it may bring about come to its end: the queue hands a key out at once.</summary>
    private async Task StepAsync(Action step, bool isLook)
    {
        var waiting = _queue.Depth;
        step();
        if (!isLook && _queue.Depth == waiting)
            return;
        await _looked;
        _looked = LookAsync();
    }

    private Task LookAsync() => _metrics.CountAsync("wandb.operator.reconcile.duration");
}
