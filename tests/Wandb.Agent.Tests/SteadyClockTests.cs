using Xunit;

namespace Wandb.Agent.Tests;

public sealed class SteadyClockTests
{
    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public void Clock_that_is_set_does_not_change_how_long_a_wait_lasts(int hours)
    {
        var time = new ClockOfANode();
        var clock = new SteadyClock(time);
        var until = clock.Now + TimeSpan.FromMinutes(1);

        time.TimeOfDay += TimeSpan.FromHours(hours);
        Assert.True(clock.Now < until, "the wait ended at once");
        time.Passed += TimeSpan.FromMinutes(1);

        Assert.Equal(until, clock.Now);
    }

    private sealed class ClockOfANode : TimeProvider
    {
        public DateTimeOffset TimeOfDay { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => TimeOfDay;

        public override long GetTimestamp() => Passed.Ticks;
    }
}
