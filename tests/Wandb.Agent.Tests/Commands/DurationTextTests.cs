using Wandb.Agent.Commands;
using Xunit;

namespace Wandb.Agent.Tests.Commands;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("45s", 45)]
    [InlineData("30m", 1800)]
    [InlineData("24h", 86_400)]
    [InlineData("7d", 604_800)]
    public void Number_with_its_unit_is_a_duration(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), DurationText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("10")]
    [InlineData("-1h")]
    [InlineData("1.5h")]
    [InlineData(" 1h")]
    [InlineData("1w")]
    [InlineData("99999999d")]
    public void Anything_else_is_none(string text) => Assert.Null(DurationText.Parse(text));
}
