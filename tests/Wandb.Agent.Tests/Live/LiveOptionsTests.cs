using Wandb.Agent.Live;
using Xunit;

namespace Wandb.Agent.Tests.Live;

public sealed class LiveOptionsTests
{
    [Theory]
    [InlineData(0, 18)]
    [InlineData(0.25, 21)]
    [InlineData(0.5, 24)]
    [InlineData(1, 30)]
    public void Heartbeats_are_spread_over_two_fifths_of_their_longest_pause(double drawn, int seconds) =>
        Assert.Equal(seconds, new LiveOptions().SilenceAllowed(drawn).TotalSeconds, tolerance: 0.001);
}
