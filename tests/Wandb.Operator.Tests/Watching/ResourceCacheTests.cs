using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

public sealed class ResourceCacheTests
{
    private readonly ResourceCache<string> _cache = new("things");
    private readonly List<string> _told = [];

    public ResourceCacheTests() => _cache.Changed += (key, before, after) => _told.Add($"{key} {before ?? "-"} {after ?? "-"}");

    [Fact]
    public void Objects_are_found_by_key_and_by_namespace()
    {
        Put("n/a", "A");
        Put("n/b", "B");
        Put("m/a", "C");
        Put("node", "D");

        Assert.Equal("C", _cache.Find(new("m", "a")));
        Assert.Null(_cache.Find(new("m", "b")));
        Assert.Null(_cache.Find(new("o", "a")));
        Assert.Equal(["A", "B"], _cache.In("n").Select(cached => cached.Value).Order());
        Assert.Equal(["D"], _cache.In("").Select(cached => cached.Value));
        Assert.Empty(_cache.In("o"));
        Assert.Equal((4, 4), (_cache.Count, _cache.All.Count));
    }

    [Fact]
    public void Changes_are_told_with_what_was_before()
    {
        Put("n/a", "1");
        Put("n/a", "2");
        Put("n/a", "2");
        _cache.Apply(new CacheChange<string>.Remove(new("n", "a")));
        _cache.Apply(new CacheChange<string>.Remove(new("n", "a")));

        Assert.Equal(["n/a - 1", "n/a 1 2", "n/a 2 -"], _told);
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public async Task It_is_filled_when_the_first_list_is_complete_and_what_is_not_in_it_is_gone()
    {
        var filled = _cache.WhenFilledAsync(TestContext.Current.CancellationToken);
        Put("n/a", "1");
        Put("n/b", "1");
        Assert.False(_cache.IsFilled || filled.IsCompleted);

        _cache.Apply(new CacheChange<string>.Retain([new("n", "b")]));

        await filled;
        Assert.True(_cache.IsFilled);
        Assert.Equal("n/a 1 -", _told[^1]);
    }

    [Fact]
    public void Readiness_names_what_is_missing()
    {
        var readiness = new CachesReadiness([_cache, new ResourceCache<string>("pods")]);
        Assert.Equal((false, "things, pods not listed yet"), (readiness.IsReady, readiness.Reason));

        _cache.Apply(new CacheChange<string>.Retain([]));

        Assert.Equal((false, "pods not listed yet"), (readiness.IsReady, readiness.Reason));
        Assert.Equal((true, null), (new CachesReadiness([_cache]).IsReady, new CachesReadiness([_cache]).Reason));
    }

    [Fact]
    public void With_several_namespaces_it_is_filled_when_all_are_and_a_list_of_one_says_nothing_about_another()
    {
        var cache = new ResourceCache<string>("things", "n", "m");
        cache.Apply(new CacheChange<string>.Put(new(new("m", "a"), "1", "x")), "m");
        cache.Apply(new CacheChange<string>.Put(new(new("n", "old"), "1", "x")), "n");

        cache.Apply(new CacheChange<string>.Retain([]), "n");
        Assert.False(cache.IsFilled);
        Assert.Equal(["m/a"], cache.All.Select(cached => cached.Key.ToString()));
        cache.Apply(new CacheChange<string>.Retain([]), "n");
        Assert.False(cache.IsFilled);

        cache.Apply(new CacheChange<string>.Retain([new("m", "a")]), "m");
        Assert.True(cache.IsFilled);
    }

    [Theory]
    [InlineData("/api/v1/pods", "/api/v1/namespaces/x/pods")]
    [InlineData("/apis/batch/v1/jobs", "/apis/batch/v1/namespaces/x/jobs")]
    public void Path_of_one_namespace_follows_from_that_of_all(string all, string one)
    {
        var resource = new WatchedResource<string> { Name = "things", Path = all, Read = _ => null };

        Assert.Equal((one, "x"), (resource.In("x").Path, resource.In("x").Namespace));
    }

    private void Put(string key, string value) => _cache.Apply(new CacheChange<string>.Put(new(NamespacedName.Parse(key), "1", value)));
}
