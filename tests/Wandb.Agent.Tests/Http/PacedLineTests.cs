using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Http;
using Xunit;

namespace Wandb.Agent.Tests.Http;

public sealed class PacedLineTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _time = new();
    private readonly PacedLine _line;
    private readonly List<TimeSpan> _waits = [];

    public PacedLineTests() => _line = new PacedLine(_time, () => 0);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _line.Dispose();

    [Fact]
    public async Task Those_who_wait_go_by_what_the_first_answer_of_the_new_window_says()
    {
        _line.Observe("1", "40");
        await EnterAsync();
        Task[] waiting = [EnterAsync(), EnterAsync(), EnterAsync()];
        Assert.All(waiting, turn => Assert.False(turn.IsCompleted));
        Assert.Equal([10, 10, 10], _waits.Select(wait => wait.TotalSeconds));

        Assert.InRange(await PassedUntilAsync(waiting[0]), 9.9, 11);
        _line.Observe("1000", "10");

        // At the rate of the old window the last one would wait 20 s more.
        Assert.InRange(await PassedUntilAsync(waiting[2]), 0, 9);
        Assert.True(waiting[1].IsCompletedSuccessfully);
    }

    [Fact]
    public async Task First_in_the_line_that_is_cancelled_gives_way_to_the_next()
    {
        _line.Observe("1", "40");
        await EnterAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var first = _line.EnterAsync(_waits.Add, stop.Token);
        var second = EnterAsync();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        Assert.InRange(await PassedUntilAsync(second), 9.9, 11);
    }

    [Fact]
    public async Task Without_a_rate_everybody_goes_when_the_quota_is_renewed()
    {
        _line.Observe("0", "3");
        Task[] waiting = [EnterAsync(), EnterAsync(), EnterAsync()];
        Assert.All(waiting, turn => Assert.False(turn.IsCompleted));
        _time.Advance(TimeSpan.FromSeconds(3));
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Ct);
        Assert.Equal([3, 3, 3], _waits.Select(wait => wait.TotalSeconds));
    }

    private Task EnterAsync() => _line.EnterAsync(_waits.Add, Ct);

    /// <returns>Seconds that had to pass; never more than 60.</returns>
    private async Task<double> PassedUntilAsync(Task turn)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var start = _time.GetTimestamp();
        while (!turn.IsCompleted && _time.GetElapsedTime(start) < TimeSpan.FromMinutes(1))
        {
            _time.Advance(Step);
            await timer.WaitForNextTickAsync(Ct);
        }
        Assert.True(turn.IsCompletedSuccessfully, "nobody went within a minute");
        return _time.GetElapsedTime(start).TotalSeconds;
    }
}
