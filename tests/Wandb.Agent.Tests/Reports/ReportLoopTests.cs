using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Reports;
using Wandb.Contract;
using Xunit;

namespace Wandb.Agent.Tests.Reports;

/// <summary>How often the operator hears of something, on a clock that the test moves.</summary>
public sealed class ReportLoopTests
{
    private readonly CountingTime _time = new();
    private readonly List<double> _sentAt = [];
    private readonly SemaphoreSlim _sent = new(0);
    private int _timersAtSend;
    private readonly RunBoard _board;
    private readonly DateTimeOffset _start;

    public ReportLoopTests()
    {
        _board = new RunBoard(new Uri("http://w"), _ => "", _time);
        _start = _time.GetUtcNow();
    }

    [Fact]
    public async Task Reports_go_every_ten_seconds_while_nothing_changes()
    {
        await RunAsync(async () =>
        {
            await NextAsync();
            await MoveAsync(9.9);
            Assert.Equal([0], _sentAt);
            await MoveAsync(0.1);
            await NextAsync();
            Assert.Equal([0, 10], _sentAt);
        });
    }

    [Fact]
    public async Task Changes_within_a_second_go_together()
    {
        await RunAsync(async () =>
        {
            await NextAsync();
            await MoveAsync(0.2);
            _board.Problems.Tell("a", "first");
            _board.Problems.Tell("b", "second");
            await MoveAsync(0.7);
            Assert.Equal([0], _sentAt);
            await MoveAsync(0.5);
            await NextAsync();
            Assert.InRange(_sentAt[1], 1, 1.3);
            _board.Problems.Tell("c", "third");
            // The loop may look at the clock a step later than it sets its timer.
            await MoveAsync(2);
            await NextAsync();
            Assert.Equal(3, _sentAt.Count);
            Assert.InRange(_sentAt[2] - _sentAt[1], 1, 1.5);
        });
    }

    [Fact]
    public async Task Change_after_silence_is_told_at_once()
    {
        await RunAsync(async () =>
        {
            await NextAsync();
            await MoveAsync(5);
            _board.Become(AgentState.Draining);
            await NextAsync();
            Assert.Equal([0, 5], _sentAt);
        });
    }

    private async Task RunAsync(Func<Task> steps)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var loop = new ReportLoop(_board, () => ReportPace.Operator, _time, (_, _) =>
        {
            _sentAt.Add(Math.Round((_time.GetUtcNow() - _start).TotalSeconds, 3));
            _timersAtSend = _time.Timers;
            _sent.Release();
            return Task.CompletedTask;
        });
        var running = Task.Run(() => loop.RunAsync(stop.Token), TestContext.Current.CancellationToken);
        await steps();
        await stop.CancelAsync();
        await running;
    }

    /// <summary>Until the next report has gone and the loop waits again: a clock that moves before that would move its next wait as well.</summary>
    private async Task NextAsync()
    {
        Assert.True(await _sent.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), "no report came");
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (_time.Timers == Volatile.Read(ref _timersAtSend))
            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Moves the clock in small steps and lets the loop run in between.</summary>
    private async Task MoveAsync(double seconds)
    {
        for (var step = 0; step < 20; step++)
        {
            await Task.Yield();
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromSeconds(seconds / 20));
        }
        using var last = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        await last.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    private sealed class CountingTime : FakeTimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }
    }
}
