using Wandb.Agent.Http;
using Xunit;

namespace Wandb.Agent.Tests.Http;

public sealed class RateLimitPaceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_waits_before_the_server_names_a_limit()
    {
        var pace = RateLimitPace.Unlimited;
        for (var i = 0; i < 100; i++)
        {
            (var delay, pace) = pace.Take(Now);
            Assert.Equal(TimeSpan.Zero, delay);
        }
    }

    [Fact]
    public void A_used_up_quota_waits_for_its_reset()
    {
        var pace = RateLimitPace.Unlimited.Observe("0", "3", Now);
        Assert.Equal(TimeSpan.FromSeconds(3), pace.Take(Now).Delay);
        Assert.Equal(TimeSpan.FromSeconds(1), pace.Take(Now.AddSeconds(2)).Delay);
        Assert.Equal(TimeSpan.Zero, pace.Take(Now.AddSeconds(3)).Delay);
    }

    [Fact]
    public void A_rate_lets_ten_requests_go_and_then_spaces_them()
    {
        var pace = RateLimitPace.Unlimited.Observe("20", "10", Now);
        for (var i = 0; i < 10; i++)
        {
            (var free, pace) = pace.Take(Now);
            Assert.Equal(TimeSpan.Zero, free);
        }

        (var delay, pace) = pace.Take(Now);
        Assert.Equal(TimeSpan.FromSeconds(0.5), delay);
        Assert.Equal(TimeSpan.FromSeconds(1), pace.Take(Now).Delay);
        Assert.Equal(TimeSpan.Zero, pace.Take(Now.AddSeconds(1)).Delay);
    }

    [Fact]
    public void No_header_makes_a_request_wait_longer_than_ten_seconds()
    {
        Assert.Equal(TimeSpan.FromSeconds(10), RateLimitPace.Unlimited.Observe("0", "86400", Now).Take(Now).Delay);
        Assert.Equal(0.1, RateLimitPace.Unlimited.Observe("1", "86400", Now).PerSecond);
    }

    [Theory]
    [InlineData(null, "5")]
    [InlineData("5", null)]
    [InlineData("-1", "5")]
    [InlineData("many", "5")]
    [InlineData("NaN", "5")]
    public void Unreadable_headers_change_nothing(string? remaining, string? reset) =>
        Assert.Equal(RateLimitPace.Unlimited, RateLimitPace.Unlimited.Observe(remaining, reset, Now));
}
