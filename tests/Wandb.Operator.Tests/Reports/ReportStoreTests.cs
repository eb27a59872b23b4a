using Wandb.Contract;
using Wandb.Operator.Reports;

namespace Wandb.Operator.Tests.Reports;

public sealed class ReportStoreTests
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Latest_report_of_a_pod_stays()
    {
        var store = new ReportStore();

        Assert.Equal(ReportNews.State, store.Take(Pod("a"), Report(1), Begin));
        Assert.Equal(ReportNews.Figures, store.Take(Pod("a"), Report(3), Begin));
        Assert.Equal(ReportNews.None, store.Take(Pod("a"), Report(2), Begin));
        Assert.Equal(Begin.AddSeconds(3), store.Find("a")!.Report.SentAt);
    }

    /// <summary>A clock that steps back by an hour mutes nobody: what was overtaken on its way is here within seconds.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(10, true)]
    [InlineData(30, false)]
    public void Report_with_an_earlier_time_is_overtaken_only_when_it_comes_soon(int seconds, bool isOvertaken)
    {
        var store = new ReportStore();
        store.Take(Pod("a"), Report(3600), Begin);

        Assert.Equal(isOvertaken ? ReportNews.None : ReportNews.Figures, store.Take(Pod("a"), Report(0), Begin.AddSeconds(seconds)));
        Assert.Equal(isOvertaken ? Begin.AddHours(1) : Begin, store.Find("a")!.Report.SentAt);
    }

    [Fact]
    public void Full_store_forgets_the_pod_that_was_silent_longest()
    {
        var store = new ReportStore(capacity: 2);
        store.Take(Pod("a"), Report(1), Begin);
        store.Take(Pod("b"), Report(1), Begin);
        store.Take(Pod("a"), Report(2), Begin);
        store.Take(Pod("c"), Report(1), Begin);

        Assert.Null(store.Find("b"));
        Assert.NotNull(store.Find("a"));
        Assert.NotNull(store.Find("c"));
        Assert.Equal(2, store.Count);
    }

    [Fact]
    public void Forgotten_pod_makes_room()
    {
        var store = new ReportStore(capacity: 2);
        store.Take(Pod("a"), Report(1), Begin);
        store.Take(Pod("b"), Report(1), Begin);
        store.Forget("a");
        store.Forget("a");
        store.Take(Pod("c"), Report(1), Begin);

        Assert.NotNull(store.Find("b"));
    }

    [Fact]
    public void Allowance_is_used_up_and_grows_again()
    {
        var rates = new ReportRates();
        for (var i = 0; i < ReportAllowance.Most; i++)
            Assert.Equal(TimeSpan.Zero, rates.Take("a", Begin));

        Assert.Equal(ReportAllowance.Each, rates.Take("a", Begin));
        Assert.Equal(TimeSpan.Zero, rates.Take("b", Begin));
        Assert.Equal(TimeSpan.Zero, rates.Take("a", Begin + ReportAllowance.Each));
        Assert.NotEqual(TimeSpan.Zero, rates.Take("a", Begin));
    }

    private static PodIdentity Pod(string uid) => new("ns", uid, uid);

    private static AgentReport Report(int seconds) =>
        new()
        {
            AgentVersion = "1",
            SentAt = Begin.AddSeconds(seconds),
            State = AgentState.Following,
            Backend = new BackendReport { BaseUrl = new Uri("http://w"), State = BackendState.Reachable },
        };
}
