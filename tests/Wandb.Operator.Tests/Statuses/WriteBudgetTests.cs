using Wandb.Operator.Statuses;

namespace Wandb.Operator.Tests.Statuses;

public sealed class WriteBudgetTests
{
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);
    private readonly WriteBudget _budget = new();

    [Fact]
    public void The_first_write_goes_at_once() => Assert.Equal(TimeSpan.Zero, _budget.Ask("a", StatusChange.Progress, Now));

    [Fact]
    public void One_object_is_written_every_5_seconds_at_most()
    {
        foreach (var change in new[] { StatusChange.State, StatusChange.Progress })
        {
            _budget.Written("a", Now);

            Assert.Equal(TimeSpan.FromSeconds(3), _budget.Ask("a", change, Now + TimeSpan.FromSeconds(2)));
            Assert.Equal(TimeSpan.Zero, _budget.Ask("a", change, Now + TimeSpan.FromSeconds(5)));
        }
    }

    [Fact]
    public void Progress_of_many_is_spread_first_come_first_served()
    {
        var waits = Enumerable.Range(0, 7).Select(i => _budget.Ask($"o{i}", StatusChange.Progress, Now)).ToList();

        Assert.Equal(Enumerable.Range(0, 7).Select(i => i * WriteBudget.ProgressInterval), waits);
        Assert.True(WriteBudget.ProgressInterval * 5 > TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void What_waits_keeps_its_turn_however_often_it_asks()
    {
        _budget.Ask("first", StatusChange.Progress, Now);
        var wait = _budget.Ask("second", StatusChange.Progress, Now);
        for (var i = 0; i < 100; i++)
            _budget.Ask("second", StatusChange.Progress, Now);

        Assert.Equal(wait, _budget.Ask("second", StatusChange.Progress, Now));
        Assert.Equal(2 * WriteBudget.ProgressInterval, _budget.Ask("third", StatusChange.Progress, Now));
    }

    [Fact]
    public void State_waits_for_nobody_else()
    {
        for (var i = 0; i < 1000; i++)
            _budget.Ask($"o{i}", StatusChange.Progress, Now);

        Assert.Equal(TimeSpan.Zero, _budget.Ask("o999", StatusChange.State, Now));
    }

    [Fact]
    public void What_is_written_or_needs_nothing_any_more_takes_a_new_turn()
    {
        _budget.Ask("first", StatusChange.Progress, Now);
        _budget.Ask("a", StatusChange.Progress, Now);
        _budget.Written("a", Now - WriteBudget.ObjectInterval);
        _budget.Ask("b", StatusChange.Progress, Now);
        _budget.Ask("b", StatusChange.None, Now);

        Assert.Equal(3 * WriteBudget.ProgressInterval, _budget.Ask("a", StatusChange.Progress, Now));
        Assert.Equal(4 * WriteBudget.ProgressInterval, _budget.Ask("b", StatusChange.Progress, Now));
    }

    [Fact]
    public void A_quiet_time_leaves_no_debt_and_no_credit()
    {
        for (var i = 0; i < 100; i++)
            _budget.Ask($"o{i}", StatusChange.Progress, Now);
        var later = Now + TimeSpan.FromHours(1);

        Assert.Equal(TimeSpan.Zero, _budget.Ask("a", StatusChange.Progress, later));
        Assert.Equal(WriteBudget.ProgressInterval, _budget.Ask("b", StatusChange.Progress, later));
    }

    [Fact]
    public void Objects_that_are_gone_need_no_memory()
    {
        _budget.Ask("a", StatusChange.Progress, Now);
        _budget.Written("a", Now);
        _budget.Forget("a");
        _budget.Ask("b", StatusChange.None, Now);

        Assert.Equal(0, _budget.Count);
    }

    [Fact]
    public void What_fails_waits_twice_as_long_each_time_whatever_changes_meanwhile()
    {
        var (now, waits) = (Now, new List<double>());
        for (var failures = 1; failures < 10; failures++)
        {
            _budget.Written("a", now);
            var wait = _budget.Failed("a", now, jitter: 0, retryAfter: null);
            waits.Add(wait.TotalSeconds);
            foreach (var change in new[] { StatusChange.State, StatusChange.Progress, StatusChange.None, StatusChange.State })
                Assert.Equal(change == StatusChange.None ? TimeSpan.Zero : wait, _budget.Ask("a", change, now));
            now += wait;
            Assert.Equal(TimeSpan.Zero, _budget.Ask("a", StatusChange.State, now));
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 300, 300, 300], waits);
    }

    [Fact]
    public void What_fails_waits_as_long_as_the_server_asks_and_no_less_than_others()
    {
        _budget.Written("a", Now);
        _budget.Written("b", Now);

        Assert.Equal(TimeSpan.FromSeconds(75), _budget.Failed("a", Now, jitter: 0.5, retryAfter: TimeSpan.FromMinutes(1)));
        Assert.Equal(TimeSpan.FromSeconds(4), _budget.Failed("b", Now + TimeSpan.FromSeconds(1), jitter: 0.9, retryAfter: null));
        Assert.Equal(TimeSpan.Zero, _budget.Ask("c", StatusChange.State, Now));
    }

    [Fact]
    public void What_is_pardoned_waits_as_if_it_had_never_failed()
    {
        for (var failures = 0; failures < 5; failures++)
            _budget.Failed("a", Now, jitter: 0, retryAfter: null);
        _budget.Written("a", Now);

        _budget.Pardon("a");
        _budget.Pardon("stranger");

        Assert.Equal(WriteBudget.ObjectInterval, _budget.Ask("a", StatusChange.State, Now));
        Assert.Equal(WriteBudget.ObjectInterval, _budget.Failed("a", Now, jitter: 0, retryAfter: null));
        Assert.Equal(1, _budget.Count);
    }

    [Fact]
    public void A_thousand_objects_that_always_change_cost_three_writes_a_second()
    {
        // The queue of a controller: each object comes back when its wait is over.
        var queue = new PriorityQueue<string, TimeSpan>(Enumerable.Range(0, 1000).Select(i => ($"o{i}", Now)));
        var last = new Dictionary<string, TimeSpan>();
        var writes = 0;
        var end = Now + TimeSpan.FromMinutes(20);
        while (queue.TryDequeue(out var uid, out var now) && now < end)
        {
            if (_budget.Ask(uid, StatusChange.Progress, now) is var wait && wait > TimeSpan.Zero)
            {
                queue.Enqueue(uid, now + wait);
                continue;
            }
            _budget.Written(uid, now);
            writes++;
            last[uid] = now;
            queue.Enqueue(uid, now + TimeSpan.FromSeconds(10));
        }

        Assert.InRange(writes / TimeSpan.FromMinutes(20).TotalSeconds, 2.9, 3.1);
        // Nobody starves: each was written within the last round.
        Assert.Equal(1000, last.Count);
        Assert.All(last.Values, time => Assert.InRange(end - time, TimeSpan.Zero, TimeSpan.FromMinutes(6)));
    }
}
