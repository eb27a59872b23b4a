using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Http;
using Xunit;

namespace Wandb.Agent.Tests.Http;

public sealed class RetryPauseTests
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider time = new();
    private object? version;

    [Fact]
    public async Task New_key_ends_the_pause_at_the_next_look()
    {
        var pause = Pause(TimeSpan.FromMinutes(1));
        time.Advance(Poll);
        Assert.False(pause.IsCompleted);

        version = "another file";
        time.Advance(Poll);

        await pause;
    }

    [Fact]
    public async Task Without_one_the_pause_is_as_long_as_it_shall_be()
    {
        var pause = Pause(TimeSpan.FromSeconds(2.5));
        for (var look = 0; look < 2; look++)
        {
            time.Advance(Poll);
            Assert.False(pause.IsCompleted);
        }

        time.Advance(TimeSpan.FromSeconds(0.5));

        await pause;
    }

    [Fact]
    public async Task Key_that_changed_since_the_refused_request_is_tried_at_once() =>
        await RetryPause.WaitAsync(Server(), "what it was then", TimeSpan.FromMinutes(1), Poll, time, TestContext.Current.CancellationToken);

    private Task Pause(TimeSpan delay) => RetryPause.WaitAsync(Server(), version, delay, Poll, time, TestContext.Current.CancellationToken);

    private WandbServer Server() => WandbServer.WithKeyFrom(static () => null, () => version, new Uri("http://w"));
}
