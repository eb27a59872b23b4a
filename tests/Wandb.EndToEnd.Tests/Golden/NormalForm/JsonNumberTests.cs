using System.Text.Json.Nodes;
using Xunit;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

public sealed class JsonNumberTests
{
    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1", "1e0")]
    [InlineData("0", "-0")]
    [InlineData("0", "-0.0")]
    [InlineData("1000000", "1e+06")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("9.223372036854776e+18", "9223372036854775808")]
    [InlineData("1180591620717411303424", "1.1805916207174113e+21")]
    [InlineData("0.1", "0.10000000000000002")]
    [InlineData("5e-324", "4.9e-324")]
    [InlineData("1.7976931348623157e+308", "1.7976931348623157E308")]
    public void Same_number_written_differently_is_equal(string one, string other)
    {
        Assert.True(AreClose(one, other));
        Assert.True(AreClose(other, one));
    }

    [Theory]
    [InlineData("1", "2")]
    [InlineData("0.1", "0.1000001")]
    [InlineData("0.1", "0.1000000000002")]
    [InlineData("0", "1e-300")]
    [InlineData("5e-324", "0")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("9223372036854775807", "9223372036854775806")]
    [InlineData("1180591620717411303424", "1180591620717411303425")]
    [InlineData("1.7976931348623157e+308", "-1.7976931348623157e+308")]
    public void Different_number_is_not_equal(string one, string other)
    {
        Assert.False(AreClose(one, other));
        Assert.False(AreClose(other, one));
    }

    [Fact]
    public void Integer_that_went_through_a_double_is_not_equal() => Assert.False(AreClose("9.007199254740992e+15", "9007199254740993"));

    [Theory]
    [InlineData("true")]
    [InlineData("\"1\"")]
    [InlineData("[1]")]
    [InlineData("1e999")]
    public void What_is_no_finite_number_is_not_read_as_one(string json) => Assert.False(JsonNumber.TryRead(JsonNode.Parse(json)!, out _));

    [Theory]
    [InlineData(1795519187.9703178, 1795519187.9703181, true)]
    [InlineData(1795519187.9703178, 1795519187.9713178, false)]
    [InlineData(0.051955544, 0.0519555444, true)]
    [InlineData(0.051955544, 0.051955644, false)]
    public void Times_may_differ_by_what_their_computation_rounds(double got, double wanted, bool allowed)
    {
        Assert.Equal(allowed, NumberTolerance.For("_timestamp").Allows(got, wanted));
        Assert.Equal(allowed, NumberTolerance.For("_runtime").Allows(got, wanted));
        Assert.False(NumberTolerance.For("loss").Allows(0.051955544, 0.0519555444));
    }

    private static bool AreClose(string got, string wanted)
    {
        Assert.True(JsonNumber.TryRead(JsonNode.Parse(got)!, out JsonNumber gotNumber));
        Assert.True(JsonNumber.TryRead(JsonNode.Parse(wanted)!, out JsonNumber wantedNumber));
        return gotNumber.IsCloseTo(wantedNumber, NumberTolerance.Values);
    }
}
