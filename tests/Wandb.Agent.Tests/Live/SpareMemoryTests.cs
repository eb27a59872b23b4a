using Wandb.Agent.Live;
using Xunit;

namespace Wandb.Agent.Tests.Live;

public sealed class SpareMemoryTests
{
    private const long Megabyte = 1024 * 1024;

    private readonly SpareMemory memory = new();

    [Fact]
    public void What_a_busy_time_has_left_is_given_back_when_it_is_over()
    {
        Assert.False(memory.IsDue(10 * Megabyte, Seconds(5)));
        Assert.False(memory.IsDue(20 * Megabyte, Seconds(10)));

        Assert.True(memory.IsDue(20 * Megabyte + 1000, Seconds(15)));
    }

    [Fact]
    public void Quiet_process_is_not_collected_again_before_there_is_something_to_give_back()
    {
        Assert.False(memory.IsDue(20 * Megabyte, Seconds(5)));
        Assert.True(memory.IsDue(20 * Megabyte, Seconds(10)));
        var collections = Enumerable.Range(3, 720).Count(look => memory.IsDue(20 * Megabyte + look * 50_000, Seconds(look * 5)));

        // 36 MB in an hour.
        Assert.InRange(collections, 30, 36);
    }

    [Fact]
    public void Looks_that_follow_each_other_quickly_do_not_make_a_busy_process_quiet()
    {
        for (var look = 1; look < 1000; look++)
            Assert.False(memory.IsDue(look * 30_000, Seconds(look) / 10));
    }

    private static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);
}
