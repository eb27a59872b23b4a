using System.Net;
using Microsoft.Extensions.Time.Testing;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Streaming;

namespace Wandb.Sandbox.Tests.Backend;

public sealed class RateLimitTests
{
    [Fact]
    public async Task The_third_request_of_a_moment_is_answered_with_429()
    {
        var time = new FakeTimeProvider();
        await using var backend = await LocalBackend.StartAsync(new LocalBackendOptions { RateLimit = true, Time = time }, BackendClient.Token);
        using var client = new BackendClient(backend);
        await client.CreateRunAsync();
        await client.CreateRunAsync("r2");

        Assert.Equal("1", (await client.StreamAsync("{}")).Headers.GetValues("RateLimit-Remaining").Single());
        await client.StreamAsync("{}");
        var refused = await client.StreamAsync("{}");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal("2 0 1", string.Join(' ', ((string[])["Limit", "Remaining", "Reset"]).Select(name => refused.Headers.GetValues("RateLimit-" + name).Single())));
        Assert.Equal(HttpStatusCode.OK, (await client.StreamAsync("{}", "r2")).StatusCode);
        Assert.Equal(1, client.State()["ratelimited"]!.GetValue<int>());
        Assert.Equal(2, client.State()["heartbeats"]!.GetValue<int>());

        time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(HttpStatusCode.OK, (await client.StreamAsync("{}")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.StreamAsync("{}")).StatusCode);
    }

    [Fact]
    public void A_bucket_never_holds_more_than_its_burst()
    {
        var start = DateTimeOffset.UnixEpoch;
        var bucket = TokenBucket.Full(start);
        (bucket, _) = bucket.Take(start + TimeSpan.FromHours(1));
        (bucket, var second) = bucket.Take(start + TimeSpan.FromHours(1));
        (_, var third) = bucket.Take(start + TimeSpan.FromHours(1));

        Assert.True(second);
        Assert.False(third);
    }
}
