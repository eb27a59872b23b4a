using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Live;
using Xunit;

namespace Wandb.Agent.Tests.Live;

public sealed class RequestPaceTests
{
    private readonly FakeTimeProvider time = new();
    private readonly SendingLine line = new(1);

    [Fact]
    public void First_request_goes_at_once_and_the_second_half_a_second_later()
    {
        var pace = new RequestPace(TimeSpan.FromMilliseconds(500), new SendingTurn(line), time);
        Assert.True(pace.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
        time.Advance(TimeSpan.FromMilliseconds(200));
        var second = pace.WaitAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromMilliseconds(299));
        Assert.False(second.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(second.IsCompletedSuccessfully);
        Assert.Equal(TimeSpan.Zero, pace.Silence);
    }

    [Fact]
    public void Request_after_a_silence_waits_for_nothing()
    {
        var pace = new RequestPace(TimeSpan.FromMilliseconds(500), new SendingTurn(line), time);
        Assert.True(pace.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.FromSeconds(30), pace.Silence);
        Assert.True(pace.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
    }
}
