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
        // Who waits has nothing yet: the next one stands behind, and is told how long the first one waits.
        Assert.Equal(TimeSpan.FromSeconds(0.5), pace.Take(Now).Delay);
        (delay, pace) = pace.Take(Now.AddSeconds(0.5));
        Assert.Equal(TimeSpan.Zero, delay);
        Assert.Equal(TimeSpan.FromSeconds(0.5), pace.Take(Now.AddSeconds(0.5)).Delay);
    }

    [Fact]
    public void What_goes_at_once_is_no_more_than_what_is_left()
    {
        var (delay, pace) = RateLimitPace.Unlimited.Observe("1", "40", Now).Take(Now);
        Assert.Equal(TimeSpan.Zero, delay);
        Assert.Equal(TimeSpan.FromSeconds(10), pace.Take(Now).Delay);
    }

    [Fact]
    public void Nobody_waits_past_the_renewal_of_the_quota_and_its_first_answer_tells_the_new_rate()
    {
        var later = Now.AddSeconds(30);
        var pace = RateLimitPace.Unlimited.Observe("1", "40", Now).Observe("0", "4", later);
        Assert.Equal(TimeSpan.FromSeconds(4), pace.Take(later).Delay);

        var renewed = later.AddSeconds(4);
        (var delay, pace) = pace.Take(renewed);
        Assert.Equal(TimeSpan.Zero, delay);
        Assert.Equal(TimeSpan.FromSeconds(10), pace.Take(renewed).Delay);
        Assert.Equal(TimeSpan.FromSeconds(1), pace.Observe("60", "60", renewed).Take(renewed).Delay);
    }

    [Theory]
    [InlineData("4", 5)]
    [InlineData("7", 8.75)]
    public void Agents_that_know_the_same_renewal_do_not_take_it_for_the_same_moment(string reset, double seconds)
    {
        var pace = RateLimitPace.Unlimited.Observe("1", "40", Now).Observe("0", reset, Now, jitter: 1);
        Assert.Equal(TimeSpan.FromSeconds(seconds), pace.Take(Now).Delay);
    }

    [Fact]
    public void Window_of_years_changes_no_moment_out_of_its_range() =>
        Assert.Equal(TimeSpan.FromSeconds(10), RateLimitPace.Unlimited.Observe("0", "1e300", Now).Take(Now).Delay);

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
