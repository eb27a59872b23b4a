using Wandb.Agent.Live;
using Xunit;

namespace Wandb.Agent.Tests.Live;

public sealed class NextLookTests
{
    private static readonly LiveOptions Options = new();

    [Theory]
    [InlineData(0, 7300, 500)]
    [InlineData(4999, 7300, 500)]
    [InlineData(5000, 7300, 700)]
    [InlineData(90000, 7001, 999)]
    [InlineData(90000, 8000, 1000)]
    [InlineData(90000, 7950, 1050)]
    public void Quiet_files_are_looked_at_on_the_full_second_and_others_after_half_a_second(int quiet, int clock, int expected) =>
        Assert.Equal(Milliseconds(expected), NextLook.After(Milliseconds(quiet), isOver: false, Milliseconds(clock), Options));

    [Fact]
    public void File_whose_run_is_over_is_not_kept_waiting() =>
        Assert.Equal(Options.MinInterval, NextLook.After(Milliseconds(90000), isOver: true, Milliseconds(7001), Options));

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);
}
