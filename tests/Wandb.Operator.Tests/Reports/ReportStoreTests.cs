using Wandb.Contract;
using Wandb.Operator.Leadership;
using Wandb.Operator.Reports;
using Wandb.Operator.Tests.Leadership;

namespace Wandb.Operator.Tests.Reports;

public sealed class ReportStoreTests
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Latest_report_of_a_pod_stays()
    {
        var store = new ReportStore(Budget(20), new SoleLeader());

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
        var store = new ReportStore(Budget(20), new SoleLeader());
        store.Take(Pod("a"), Report(3600), Begin);

        Assert.Equal(isOvertaken ? ReportNews.None : ReportNews.Figures, store.Take(Pod("a"), Report(0), Begin.AddSeconds(seconds)));
        Assert.Equal(isOvertaken ? Begin.AddHours(1) : Begin, store.Find("a")!.Report.SentAt);
    }

    [Fact]
    public void Full_store_forgets_the_pod_that_was_silent_longest()
    {
        var store = new ReportStore(Budget(2), new SoleLeader());
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
        var store = new ReportStore(Budget(2), new SoleLeader());
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

    [Fact]
    public void Reports_are_kept_by_what_they_weigh()
    {
        var store = new ReportStore(Budget(20) with { Bytes = 3 * Heavy }, new SoleLeader());
        foreach (var uid in new[] { "a", "b", "c" })
            store.Take(Pod(uid), Report(1, Heavy / 2), Begin);

        Assert.Equal((2, 1L), (store.Count, store.Displaced));
        Assert.Null(store.Find("a"));
        Assert.InRange(store.Bytes, Heavy, 3 * Heavy);
    }

    [Fact]
    public void Weight_is_that_of_the_latest_reports()
    {
        var store = new ReportStore(Budget(20), new SoleLeader());
        store.Take(Pod("a"), Report(1, Heavy), Begin);
        store.Take(Pod("a"), Report(2), Begin);
        Assert.Equal(ReportWeight.Of(Report(2)), store.Bytes);

        store.Forget("a");

        Assert.Equal((0, 0L), (store.Count, store.Bytes));
    }

    /// <summary>Who fills the store loses reports of its own namespace: others did nothing.</summary>
    [Fact]
    public void Namespace_whose_reports_weigh_most_gives_way()
    {
        var store = new ReportStore(Budget(100) with { Bytes = 4 * Heavy }, new SoleLeader());
        store.Take(Pod("quiet", "other"), Report(1), Begin);
        for (var i = 0; i < 50; i++)
            store.Take(Pod($"loud-{i}"), Report(1, Heavy / 4), Begin);

        Assert.NotNull(store.Find("quiet"));
        Assert.NotNull(store.Find("loud-49"));
        Assert.Null(store.Find("loud-0"));
        Assert.InRange(store.Bytes, 2 * Heavy, 4 * Heavy);
    }

    [Fact]
    public void Pod_whose_report_is_too_large_is_known_as_such_until_one_fits()
    {
        var store = new ReportStore(Budget(20), new SoleLeader());
        store.Take(Pod("a"), Report(1), Begin);

        Assert.True(store.Refuse(Pod("a"), Begin));
        Assert.False(store.Refuse(Pod("a"), Begin.AddSeconds(1)));
        Assert.Equal(Begin.AddSeconds(1), store.RefusedAt("a"));
        Assert.NotNull(store.Find("a"));
        Assert.Equal(ReportNews.State, store.Take(Pod("a"), Report(2), Begin));
        Assert.Null(store.RefusedAt("a"));

        store.Refuse(Pod("b"), Begin);
        store.Forget("b");
        Assert.Null(store.RefusedAt("b"));
    }

    /// <summary>What agents told the one that led in between is newer than anything that is here.</summary>
    [Fact]
    public void Nothing_is_left_when_another_replica_has_led_since()
    {
        var leadership = new GivenLeadership();
        var store = new ReportStore(Budget(2), leadership);
        store.Take(Pod("a"), Report(1), Begin);
        store.Refuse(Pod("b"), Begin);

        leadership.Lose();
        leadership.Lead(othersLed: false);
        Assert.NotNull(store.Find("a"));
        Assert.NotNull(store.RefusedAt("b"));

        leadership.Lose();
        leadership.Lead(othersLed: true);
        Assert.Equal(((PodReport?)null, (DateTimeOffset?)null, 0, 0L), (store.Find("a"), store.RefusedAt("b"), store.Count, store.Bytes));
        // The clock of its node may have been set back meanwhile: it is the first report all the same.
        Assert.Equal(ReportNews.State, store.Take(Pod("a"), Report(0), Begin.AddSeconds(1)));
    }

    private const long Heavy = 100_000;

    private static ReportBudget Budget(int pods) => new(long.MaxValue, long.MaxValue, pods);

    private static PodIdentity Pod(string uid, string @namespace = "ns") => new(@namespace, uid, uid);

    private static AgentReport Report(int seconds, long letters = 0) =>
        new()
        {
            AgentVersion = "1",
            SentAt = Begin.AddSeconds(seconds),
            State = AgentState.Following,
            Problems = letters == 0 ? [] : [new string('x', (int)letters)],
            Backend = new BackendReport { BaseUrl = new Uri("http://w"), State = BackendState.Reachable },
        };
}
