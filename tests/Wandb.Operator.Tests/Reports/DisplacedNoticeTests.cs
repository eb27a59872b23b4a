using Wandb.Operator.Reports;

namespace Wandb.Operator.Tests.Reports;

public sealed class DisplacedNoticeTests
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Pods_that_give_way_are_told_together_once_a_minute()
    {
        var notice = new DisplacedNotice();

        Assert.Equal(0, notice.Due(0, Begin));
        Assert.Equal(2, notice.Due(2, Begin));
        Assert.Equal(0, notice.Due(7, Begin + (DisplacedNotice.Interval / 2)));
        Assert.Equal(5, notice.Due(7, Begin + DisplacedNotice.Interval));
        Assert.Equal(0, notice.Due(7, Begin + (2 * DisplacedNotice.Interval)));
    }
}
