using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

public sealed class ControllerServiceTests : IAsyncLifetime, IReconciler<string>, ILeadership
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly MetricLog _metrics = new();
    private readonly ResourceCache<string> _cache = new("things");
    private readonly WorkQueue<string> _queue = new(TimeProvider.System);
    private readonly ConcurrentQueue<string> _reconciled = new();
    private readonly Lock _gate = new(); // guards _leadership and _term
    private ControllerService<string>? _service;
    private CancellationTokenSource _term = new();
    private TaskCompletionSource<CancellationToken> _leadership = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<string, CancellationToken, ValueTask<ReconcileResult>> _reconcile = (_, _) => ValueTask.FromResult(ReconcileResult.Finished);

    private Action? _onAllKeys;

    public bool IsLeader => _leadership.Task.IsCompleted;

    int ILeadership.Term => 0;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var controller = new Controller<string>
        {
            Name = "things",
            Reconciler = this,
            Queue = _queue,
            AllKeys = () =>
            {
                _onAllKeys?.Invoke();
                return _cache.All.Select(cached => cached.Key.Name);
            },
            Workers = 2,
            Retry = new RetryDelay(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(20)),
        };
        _service = new ControllerService<string>(
            controller, [_cache], this, _metrics.Metrics, TimeProvider.System, NullLogger<ControllerService<string>>.Instance);
        await _service.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _service!.StopAsync(Token);
        _service.Dispose();
        _queue.Dispose();
        _metrics.Dispose();
        _term.Dispose();
    }

    ValueTask<ReconcileResult> IReconciler<string>.ReconcileAsync(string key, CancellationToken ct)
    {
        _reconciled.Enqueue(key);
        return _reconcile(key, ct);
    }

    ValueTask<CancellationToken> ILeadership.WaitForLeadershipAsync(CancellationToken ct)
    {
        lock (_gate)
            return new(_leadership.Task.WaitAsync(ct));
    }

    [Fact]
    public async Task Works_only_after_the_caches_are_filled_and_this_replica_leads()
    {
        Lead();
        _queue.Add("early");
        Put("a");
        Assert.Empty(_reconciled);

        await WorkedAsync(1, Fill);

        Assert.Equal(["a"], _reconciled);
    }

    [Fact]
    public async Task After_leadership_is_lost_and_regained_every_key_is_looked_at_again()
    {
        Put("a");
        Put("b");
        Fill();
        await WorkedAsync(2, Lead);

        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _reconcile = async (_, ct) =>
        {
            await using var end = ct.UnsafeRegister(_ => stopped.TrySetResult(), null);
            begun.TrySetResult();
            await stopped.Task;
            ct.ThrowIfCancellationRequested();
            return ReconcileResult.Finished;
        };
        _queue.Add("a");
        await begun.Task.WaitAsync(Deadline, Token);
        await LoseAsync();
        await stopped.Task.WaitAsync(Deadline, Token);

        _reconcile = (_, _) => ValueTask.FromResult(ReconcileResult.Finished);
        _reconciled.Clear();
        await WorkedAsync(2, Lead);
        Assert.Equal(["a", "b"], _reconciled.Order());
    }

    [Fact]
    public async Task While_another_replica_leads_nothing_is_kept_for_later()
    {
        Put("a");
        Fill();
        await WorkedAsync(1, Lead);
        await LoseAsync();
        for (var key = 0; key < 100; key++)
            _queue.Add($"k{key}");
        _reconciled.Clear();

        await WorkedAsync(1, Lead);

        Assert.Equal(["a"], _reconciled);
    }

    [Fact]
    public async Task A_key_that_throws_comes_again_and_the_others_go_on()
    {
        var failures = 0;
        _reconcile = (key, _) =>
            key == "bad" && ++failures <= 3 ? throw new InvalidDataException("on purpose") : ValueTask.FromResult(ReconcileResult.Finished);
        Put("bad");
        Put("good");
        Fill();

        await WorkedAsync(5, Lead);

        Assert.Equal(4, _reconciled.Count(key => key == "bad"));
        Assert.Equal(1, _reconciled.Count(key => key == "good"));
        Assert.Equal(0, _queue.FailuresOf("bad"));
        const string failed = "wandb.operator.reconcile.duration s error.type=System.IO.InvalidDataException "
            + "wandb.controller=things wandb.reconcile.outcome=error";
        Assert.Equal(3, _metrics.Lines.Count(line => line == failed));
    }

    [Fact]
    public async Task A_key_is_looked_at_again_when_its_reconciler_says()
    {
        var asked = 0;
        _reconcile = (_, _) => ValueTask.FromResult<ReconcileResult>(
            ++asked < 3 ? new ReconcileResult.RequeueAfter(TimeSpan.FromMilliseconds(1)) : new ReconcileResult.Terminal("enough"));
        Put("a");
        Fill();

        await WorkedAsync(3, Lead);

        Assert.Equal(3, asked);
        Assert.Equal(0, _queue.Depth);
        Assert.Contains("wandb.operator.reconcile.duration s wandb.controller=things wandb.reconcile.outcome=terminal", _metrics.Lines);
    }

    [Fact]
    public async Task A_mistake_in_what_gives_all_keys_does_not_end_the_controller()
    {
        var fails = 1;
        Put("a");
        _onAllKeys = () =>
        {
            if (Interlocked.Exchange(ref fails, 0) == 1)
                throw new InvalidOperationException("on purpose");
        };
        Fill();

        await WorkedAsync(1, Lead);

        Assert.Equal(["a"], _reconciled);
    }

    private void Put(string name) => _cache.Apply(new CacheChange<string>.Put(new(new("n", name), "1", name)));

    private void Fill() => _cache.Apply(new CacheChange<string>.Retain([.. _cache.All.Select(cached => cached.Key)]));

    private void Lead() => _leadership.TrySetResult(_term.Token);

    private async Task LoseAsync()
    {
        var old = _term;
        lock (_gate)
        {
            _leadership = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _term = new CancellationTokenSource();
        }
        await old.CancelAsync();
        old.Dispose();
    }

    /// <summary>Waits for so many further reconciliations that came to an end.</summary>
    private async Task WorkedAsync(int count, Action begin)
    {
        var ends = _metrics.CountAsync("wandb.operator.reconcile.duration", count);
        begin();
        await ends;
    }
}
