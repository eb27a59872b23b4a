using Wandb.Agent.Reports;
using Xunit;

namespace Wandb.Agent.Tests.Reports;

public sealed class DarkEndTests
{
    [Theory]
    // Seconds since the end was asked for, dark, silent.
    [InlineData(4, 600, 600, false)] // A moment for a server that comes back.
    [InlineData(5, 5, 0, true)]
    [InlineData(600, 4, 0, false)]
    [InlineData(600, 0, 4, false)]
    [InlineData(5, 0, 170, true)] // A request that was swallowed before the signal.
    [InlineData(600, 0, 0, false)] // It takes what is sent, however long that takes.
    public void Waiting_is_pointless_when_the_server_is_away_for_longer_than_patience(int asked, int dark, int silence, bool isPointless) => Assert.Equal(
        isPointless,
        DarkEnd.IsPointless(TimeSpan.FromSeconds(asked), TimeSpan.FromSeconds(dark), TimeSpan.FromSeconds(silence), TimeSpan.FromSeconds(5)));
}
