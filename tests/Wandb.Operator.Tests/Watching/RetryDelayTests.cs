using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

public sealed class RetryDelayTests
{
    private static readonly RetryDelay Delay = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 0, 2)]
    [InlineData(5, 0, 16)]
    [InlineData(6, 0, 30)]
    [InlineData(int.MaxValue, 0, 30)]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0.5, 0.75)]
    [InlineData(6, 0.5, 22.5)]
    public void Waits_double_up_to_the_longest_and_jitter_shortens_them(int attempt, double jitter, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Delay.For(attempt, jitter));

    [Theory]
    [InlineData(1, 0, 10, 10)]
    [InlineData(1, 0.5, 10, 12.5)]
    [InlineData(6, 0, 10, 30)]
    [InlineData(1, 0, 86_400, 300)]
    [InlineData(1, 0, 0, 1)]
    [InlineData(1, 0, -5, 1)]
    public void What_the_server_asks_for_is_a_lower_bound_up_to_five_minutes(int attempt, double jitter, double asked, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Delay.For(attempt, jitter, TimeSpan.FromSeconds(asked)));
}
