using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Wandb.Agent.Tests;

public sealed class SteadyClockTests
{
    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public void Clock_that_is_set_does_not_change_how_long_a_wait_lasts(int hours)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var clock = new SteadyClock(time);
        var until = clock.Now + TimeSpan.FromMinutes(1);

        time.AdjustTime(time.GetUtcNow().AddHours(hours));
        Assert.True(clock.Now < until, "the wait ended at once");
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(until, clock.Now);
    }
}
