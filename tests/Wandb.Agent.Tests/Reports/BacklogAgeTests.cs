using Wandb.Agent.Reports;
using Xunit;

namespace Wandb.Agent.Tests.Reports;

public sealed class BacklogAgeTests
{
    [Fact]
    public void Age_is_that_of_the_oldest_bytes_that_are_left()
    {
        var backlog = new BacklogAge();
        backlog.Seen(100, Second(0));
        backlog.Seen(100, Second(5));
        backlog.Seen(300, Second(10));
        Assert.Equal(Second(20), backlog.Age(Second(20)));

        backlog.Acknowledged(100);
        Assert.Equal(Second(10), backlog.Age(Second(20)));

        backlog.Acknowledged(300);
        Assert.Equal(TimeSpan.Zero, backlog.Age(Second(20)));
    }

    [Fact]
    public void Days_without_an_answer_keep_the_oldest_age_in_bounded_memory()
    {
        var backlog = new BacklogAge();
        for (var second = 0; second < 100_000; second++)
            backlog.Seen((second + 1) * 10, Second(second));
        Assert.Equal(Second(100_000), backlog.Age(Second(100_000)));

        // Half of it: the age is that of the other half, rounded up to what was merged.
        backlog.Acknowledged(500_000);
        var age = backlog.Age(Second(100_000)).TotalSeconds;
        Assert.InRange(age, 50_000, 75_000);
    }

    [Fact]
    public void File_that_is_begun_anew_has_a_backlog_again()
    {
        var backlog = new BacklogAge();
        backlog.Seen(100, Second(0));
        backlog.Acknowledged(100);
        backlog.Acknowledged(0);
        backlog.Seen(50, Second(7));
        Assert.Equal(Second(3), backlog.Age(Second(10)));
    }

    private static TimeSpan Second(double number) => TimeSpan.FromSeconds(number);
}
