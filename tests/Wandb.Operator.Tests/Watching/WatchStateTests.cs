using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

public sealed class WatchStateTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Sound = TimeSpan.FromMinutes(5);

    private static readonly WatchState Watching = Run(WatchState.Start, new WatchEvent<string>.Page([Object("a", "3")], "7", null));

    // Name of the case, from, event, what the next request is, failures.
    public static TheoryData<string, bool, object, string, int> Cases => new()
    {
        { "last page", true, new WatchEvent<string>.Page([], "7", null), "watch 7", 0 },
        { "page with a next one", true, new WatchEvent<string>.Page([], "7", "p2"), "page p2", 0 },
        { "page fails", true, new WatchEvent<string>.Failed("cut", Short, null), "list", 1 },
        { "list refused with 410", true, new WatchEvent<string>.Expired(TimeSpan.Zero), "list", 1 },
        { "object", false, new WatchEvent<string>.Seen(Object("b", "8")), "watch 8", 0 },
        { "deletion", false, new WatchEvent<string>.Gone(new("n", "a"), "9"), "watch 9", 0 },
        { "bookmark", false, new WatchEvent<string>.Bookmark("10"), "watch 10", 0 },
        { "end in time", false, new WatchEvent<string>.Ended(Sound), "watch 7", 0 },
        { "end at once", false, new WatchEvent<string>.Ended(Short), "watch 7", 1 },
        { "410", false, new WatchEvent<string>.Expired(Sound), "list", 1 },
        { "silence", false, new WatchEvent<string>.Silent(Sound), "list", 1 },
        { "garbage", false, new WatchEvent<string>.Unreadable("garbage", Short), "list", 1 },
        { "cut", false, new WatchEvent<string>.Failed("cut", Sound, null), "watch 7", 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_event_has_its_next_request(string name, bool isListing, object happened, string next, int failures)
    {
        var (state, _) = (isListing ? WatchState.Start : Watching).After((WatchEvent<string>)happened);

        Assert.Equal((name, next, failures), (name, Next(state), state.Failures));
    }

    [Fact]
    public void Every_kind_of_event_is_in_the_table() =>
        Assert.Equal(
            typeof(WatchEvent<string>).GetNestedTypes().Select(type => type.Name).Order(),
            Cases.Select(row => row.Data.Item3.GetType().Name).Distinct().Order());

    [Fact]
    public void Deletions_are_known_only_with_the_last_page()
    {
        var (state, first) = WatchState.Start.After(new WatchEvent<string>.Page([Object("a", "1")], "7", "p2"));
        (state, var second) = state.After(new WatchEvent<string>.Page([Object("b", "2")], "7", "p3"));
        (_, var last) = state.After(new WatchEvent<string>.Page([Object("c", "3")], "7", null));

        Assert.IsType<CacheChange<string>.Put>(Assert.Single(first));
        Assert.IsType<CacheChange<string>.Put>(Assert.Single(second));
        Assert.Equal(2, last.Length);
        Assert.Equal(["a", "b", "c"], Assert.IsType<CacheChange<string>.Retain>(last[1]).Keys.Select(key => key.Name).Order());
    }

    [Fact]
    public void A_list_that_expires_between_two_pages_begins_anew_and_forgets_its_keys()
    {
        var state = Run(WatchState.Start, new WatchEvent<string>.Page([Object("a", "1")], "7", "p2"));

        (state, var changes) = state.After(new WatchEvent<string>.Expired(TimeSpan.Zero));
        (_, var last) = state.After(new WatchEvent<string>.Page([Object("b", "8")], "8", null));

        Assert.Empty(changes);
        Assert.Equal("list", Next(state));
        Assert.Equal("b", Assert.Single(Assert.IsType<CacheChange<string>.Retain>(last[^1]).Keys).Name);
    }

    [Fact]
    public void A_page_that_fails_is_asked_for_again()
    {
        var state = Run(WatchState.Start, new WatchEvent<string>.Page([Object("a", "1")], "7", "p2"));

        Assert.Equal("page p2", Next(Run(state, new WatchEvent<string>.Failed("503", Short, null))));
    }

    [Fact]
    public void A_version_that_is_refused_again_and_again_is_given_up()
    {
        var refused = new WatchEvent<string>.Failed("400 BadRequest", TimeSpan.Zero, null);

        Assert.Equal("watch 7", Next(Run(Watching, refused, refused)));
        Assert.Equal("list", Next(Run(Watching, refused, refused, refused)));
    }

    [Fact]
    public void Failures_are_forgotten_by_a_sound_watch_and_not_by_a_list()
    {
        var expired = new WatchEvent<string>.Expired(TimeSpan.Zero);
        var page = new WatchEvent<string>.Page([], "7", null);

        Assert.Equal(3, Run(WatchState.Start, expired, page, expired, page, expired).Failures);
        Assert.Equal(1, Run(WatchState.Start, expired, page, expired, page, new WatchEvent<string>.Expired(Sound)).Failures);
        Assert.Equal(0, Run(WatchState.Start, expired, page, expired, page, new WatchEvent<string>.Ended(Sound)).Failures);
    }

    private static CachedObject<string> Object(string name, string version) => new(new("n", name), version, name);

    private static string Next(WatchState state) => state switch
    {
        { ResourceVersion: { } version } => $"watch {version}",
        { Continue: { } page } => $"page {page}",
        _ => "list",
    };

    private static WatchState Run(WatchState state, params WatchEvent<string>[] events) =>
        events.Aggregate(state, (before, happened) => before.After(happened).State);
}
