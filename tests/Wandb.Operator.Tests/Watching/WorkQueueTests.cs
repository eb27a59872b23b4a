using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

public sealed class WorkQueueTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly WorkQueue<string> _queue;

    public WorkQueueTests() => _queue = new WorkQueue<string>(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task Keys_come_once_in_the_order_of_their_first_time()
    {
        _queue.Open();
        _queue.Add("a");
        _queue.Add("b");
        _queue.Add("a");

        Assert.Equal(2, _queue.Depth);
        Assert.Equal(["a", "b"], [await _queue.TakeAsync(Token), await _queue.TakeAsync(Token)]);
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public async Task A_key_that_is_out_comes_again_after_it_is_back()
    {
        _queue.Open();
        _queue.Add("a");
        await _queue.TakeAsync(Token);

        _queue.Add("a");
        var second = _queue.TakeAsync(Token).AsTask();

        Assert.False(second.IsCompleted);
        _queue.Finish("a");
        Assert.Equal("a", await second);
    }

    [Fact]
    public async Task The_earliest_time_wins()
    {
        _queue.Open();
        _queue.AddAfter("a", 10 * Second);
        _queue.AddAfter("a", 3 * Second);
        _queue.AddAfter("a", 20 * Second);
        var taken = _queue.TakeAsync(Token).AsTask();

        _time.Advance(2.999 * Second);
        Assert.False(taken.IsCompleted);
        _time.Advance(0.001 * Second);
        Assert.Equal("a", await taken);
        _queue.Finish("a");
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public async Task A_closed_queue_drops_what_is_added_and_forgets_what_it_had()
    {
        _queue.Add("before");
        _queue.Open();
        _queue.Add("out");
        _queue.Add("waits");
        await _queue.TakeAsync(Token);
        _queue.Add("out");

        _queue.Close();
        _queue.Add("closed");
        _queue.Finish("out");
        _queue.Open();

        Assert.Equal(0, _queue.Depth);
        _queue.Add("out");
        Assert.Equal("out", await _queue.TakeAsync(Token));
    }

    [Fact]
    public async Task A_taker_that_gives_up_takes_no_key_with_it()
    {
        _queue.Open();
        using var stop = new CancellationTokenSource();
        var given = _queue.TakeAsync(stop.Token).AsTask();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        _queue.Add("a");
        Assert.Equal("a", await _queue.TakeAsync(Token));
    }

    [Fact]
    public async Task Failures_are_counted_until_a_success()
    {
        _queue.Open();
        _queue.Add("a");
        for (var failures = 0; failures < 3; failures++)
        {
            await _queue.TakeAsync(Token);
            Assert.Equal(failures, _queue.FailuresOf("a"));
            _queue.Fail("a", TimeSpan.Zero);
        }

        await _queue.TakeAsync(Token);
        _queue.FinishAfter("a", Second);
        Assert.Equal(0, _queue.FailuresOf("a"));
    }

    [Fact]
    public async Task Failures_still_count_for_a_key_that_was_left_for_now()
    {
        _queue.Open();
        _queue.Add("a");
        await _queue.TakeAsync(Token);
        _queue.Fail("a", TimeSpan.Zero);
        await _queue.TakeAsync(Token);

        _queue.Postpone("a", Second);
        var taken = _queue.TakeAsync(Token).AsTask();

        Assert.False(taken.IsCompleted);
        _time.Advance(Second);
        Assert.Equal("a", await taken);
        Assert.Equal(1, _queue.FailuresOf("a"));
    }

    [Fact]
    public void A_key_that_was_not_taken_cannot_be_given_back() => Assert.Throws<InvalidOperationException>(() => _queue.Finish("a"));

    [Fact]
    public async Task A_wait_longer_than_any_timer_is_kept()
    {
        _queue.Open();
        _queue.AddAfter("never", TimeSpan.MaxValue);
        _queue.AddAfter("late", TimeSpan.FromDays(100));
        var taken = _queue.TakeAsync(Token).AsTask();

        for (var day = 0; day < 101; day++)
            _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal("late", await taken);
        Assert.Equal(1, _queue.Depth);
    }
}
