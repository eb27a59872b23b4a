using Wandb.Sandbox.Cluster;

namespace Wandb.Operator.Tests.Watching;

public sealed class ResourceWatchTests
{
    private const string Restarts = "wandb.operator.watch.restarts";

    [Fact]
    public async Task All_pages_are_listed_and_the_watch_goes_on_from_there()
    {
        await using var watch = await LocalWatch.StartAsync();
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
            await watch.PutAsync(name, "1");

        await watch.RunUntilFilledAsync();
        Assert.Equal(["a - 1", "b - 1", "c - 1", "d - 1", "e - 1"], watch.Told);

        await watch.PutAsync("f", "1");
        await watch.PutAsync("a", "2");
        await watch.DeleteAsync("b");
        await watch.UntilToldAsync("b 1 -");
        Assert.Equal(["f - 1", "a 1 2", "b 1 -"], watch.Told.Skip(5));
        Assert.Equal(5, watch.Cache.Count);
    }

    [Fact]
    public async Task A_change_that_the_reduction_does_not_show_is_not_told_but_moves_the_version()
    {
        await using var watch = await LocalWatch.StartAsync();
        await watch.PutAsync("a", "1");
        await watch.RunUntilFilledAsync();
        var before = watch.Cache.FindObject(new("default", "a"))!.Value.ResourceVersion;

        await watch.PutAsync("a", "1", label: "y");
        await watch.PutAsync("b", "1");
        await watch.UntilToldAsync("b - 1");

        Assert.Equal(["a - 1", "b - 1"], watch.Told);
        Assert.NotEqual(before, watch.Cache.FindObject(new("default", "a"))!.Value.ResourceVersion);
    }

    [Fact]
    public async Task A_dropped_watch_goes_on_from_the_last_version_without_a_list()
    {
        await using var watch = await LocalWatch.StartAsync();
        await watch.PutAsync("a", "1");
        await watch.RunUntilFilledAsync();

        watch.Cluster.Faults.AreWatchesSilent = true;
        await watch.DeleteAsync("a");
        watch.Cluster.Faults.DropWatches();
        watch.Cluster.Faults.AreWatchesSilent = false;

        await watch.UntilToldAsync("a 1 -");
        Assert.Single(watch.Metrics.Lines, line => line.StartsWith("wandb.operator.watch.lists ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_deleted_while_the_version_expired_is_told_after_the_last_page()
    {
        await using var watch = await LocalWatch.StartAsync();
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
            await watch.PutAsync(name, "1");
        await watch.RunUntilFilledAsync();

        watch.Cluster.Faults.AreWatchesSilent = true;
        await watch.DeleteAsync("a");
        await watch.PutAsync("e", "2");
        watch.Cluster.Faults.ExpireVersions();
        watch.Cluster.Faults.AreWatchesSilent = false;

        await watch.UntilToldAsync("a 1 -");
        Assert.Equal(["e 1 2", "a 1 -"], watch.Told.Skip(5));
        Assert.Contains(Restarts + " 1 wandb.resource=configmaps wandb.watch.reason=expired", watch.Metrics.Lines);
    }

    [Fact]
    public async Task A_list_that_expires_between_two_pages_is_read_from_the_start()
    {
        await using var watch = await LocalWatch.StartAsync();
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
            await watch.PutAsync(name, "1");
        var expires = 1;
        watch.OnRead = _ =>
        {
            if (Interlocked.Exchange(ref expires, 0) == 1)
                watch.Cluster.Faults.ExpireVersions();
        };

        await watch.RunUntilFilledAsync();

        Assert.Equal(["a - 1", "b - 1", "c - 1", "d - 1", "e - 1"], watch.Told);
        Assert.Equal(
            [Restarts + " 1 wandb.resource=configmaps wandb.watch.reason=expired", "wandb.operator.watch.lists 1 wandb.resource=configmaps"],
            watch.Metrics.Lines);
    }

    [Fact]
    public async Task A_silent_watch_is_given_up_and_everything_is_listed_again()
    {
        await using var watch = await LocalWatch.StartAsync();
        watch.Limits = watch.Limits with { SilenceLimit = TimeSpan.FromMilliseconds(300) };
        watch.Cluster.Faults.AreWatchesSilent = true;
        await watch.RunUntilFilledAsync();

        await watch.PutAsync("a", "1");

        await watch.UntilToldAsync("a - 1");
        Assert.Contains(Restarts + " 1 wandb.resource=configmaps wandb.watch.reason=silent", watch.Metrics.Lines);
    }

    [Fact]
    public async Task Bookmarks_keep_a_quiet_watch_alive_and_its_version_young()
    {
        await using var watch = await LocalWatch.StartAsync(new LocalClusterOptions { BookmarkInterval = TimeSpan.FromMilliseconds(50) });
        watch.Limits = watch.Limits with { SilenceLimit = TimeSpan.FromSeconds(5), WatchTime = TimeSpan.FromSeconds(1) };
        var ended = watch.Metrics.CountAsync("reason=ended");
        await watch.RunUntilFilledAsync();

        // The watch ends in time by a bookmark, and goes on without a list.
        await ended;
        await watch.PutAsync("a", "1");

        await watch.UntilToldAsync("a - 1");
        var restarts = watch.Metrics.Lines.Where(line => line.StartsWith(Restarts, StringComparison.Ordinal));
        Assert.All(restarts, line => Assert.EndsWith("reason=ended", line, StringComparison.Ordinal));
        Assert.Single(watch.Metrics.Lines, line => line.StartsWith("wandb.operator.watch.lists ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_object_that_ceases_to_match_is_gone()
    {
        await using var watch = await LocalWatch.StartAsync();
        await watch.PutAsync("a", "1");
        watch.Run(labelSelector: "app=x");
        await watch.UntilToldAsync("a - 1");

        await watch.PutAsync("a", "2", label: "y");

        await watch.UntilToldAsync("a 1 -");
        Assert.Empty(watch.Cache.All);
    }

    [Fact]
    public async Task Metadata_alone_is_listed_and_watched()
    {
        await using var watch = await LocalWatch.StartAsync();
        await watch.PutAsync("a", "1");
        watch.Run(isMetadataOnly: true);
        await watch.UntilToldAsync("a - no data");

        await watch.PutAsync("b", "1");

        await watch.UntilToldAsync("b - no data");
    }

    [Fact]
    public async Task A_bad_object_does_not_hide_the_good_ones()
    {
        await using var watch = await LocalWatch.StartAsync();
        await watch.PutAsync("bad", "1");
        await watch.PutAsync("good", "1");
        watch.OnRead = element =>
        {
            if (element.GetProperty("metadata").GetProperty("name").GetString() == "bad")
                throw new FormatException("bad on purpose");
        };

        await watch.RunUntilFilledAsync();
        await watch.PutAsync("bad", "2");
        await watch.PutAsync("good", "2");

        await watch.UntilToldAsync("good 1 2");
        Assert.Equal(["good - 1", "good 1 2"], watch.Told);
        Assert.Equal(2, watch.Metrics.Lines.Count(line => line.StartsWith("wandb.operator.watch.unreadable", StringComparison.Ordinal)));
        Assert.DoesNotContain(watch.Metrics.Lines, line => line.StartsWith(Restarts, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mistake_in_the_reduction_does_not_end_the_watch()
    {
        await using var watch = await LocalWatch.StartAsync();
        await watch.PutAsync("a", "1");
        var fails = 1;
        watch.OnRead = _ =>
        {
            if (Interlocked.Exchange(ref fails, 0) == 1)
                throw new NotSupportedException("a mistake");
        };

        await watch.RunUntilFilledAsync();

        Assert.Equal(["a - 1"], watch.Told);
    }

    [Fact]
    public async Task The_number_of_kept_objects_is_a_metric()
    {
        await using var watch = await LocalWatch.StartAsync();
        await watch.PutAsync("a", "1");
        await watch.RunUntilFilledAsync();

        watch.Metrics.Observe();

        Assert.Contains("wandb.operator.cache.objects 1 wandb.resource=configmaps", watch.Metrics.Lines);
    }
}
