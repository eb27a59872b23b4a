using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Http;
using Xunit;

namespace Wandb.Agent.Tests.Http;

public sealed class SignsOfLifeTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SignsOfLife _signs;

    public SignsOfLifeTests() => _signs = new SignsOfLife(_time);

    [Fact]
    public void Nobody_who_waits_is_no_silence()
    {
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.Zero, _signs.Silence);
    }

    [Fact]
    public void Silence_begins_with_the_first_who_waits_and_ends_with_a_sign()
    {
        _signs.Begin();
        _time.Advance(TimeSpan.FromSeconds(3));
        _signs.Begin();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(5), _signs.Silence);
        _signs.Seen();
        Assert.Equal(TimeSpan.Zero, _signs.Silence);
        _time.Advance(TimeSpan.FromSeconds(1));
        _signs.End();
        Assert.Equal(TimeSpan.FromSeconds(1), _signs.Silence);
        _signs.End();
        Assert.Equal(TimeSpan.Zero, _signs.Silence);
    }
}
