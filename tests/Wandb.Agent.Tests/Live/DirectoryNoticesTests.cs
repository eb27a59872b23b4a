using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Live;
using Xunit;

namespace Wandb.Agent.Tests.Live;

public sealed class DirectoryNoticesTests
{
    [Fact]
    public async Task What_is_told_between_two_looks_is_news_whether_or_not_anybody_waited()
    {
        using var notices = new DirectoryNotices(new FakeTimeProvider());
        Assert.False(notices.TakeIsQuiet());
        for (var look = 0; look < 3; look++)
        {
            notices.Tell();
            notices.Tell();
            Assert.False(notices.TakeIsQuiet());
            Assert.True(notices.TakeIsQuiet());
        }
        // The clock stands still: only the news ends this.
        await notices.WaitAsync(TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
    }
}
