using System.Globalization;
using CsCheck;
using Wandb.Sandbox.Trainer;

namespace Wandb.Sandbox.Tests.Trainer;

public sealed class SdkJsonTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(1, "1")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(0.3333333333333333, "0.3333333333333333")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00012345, "0.00012345")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(0.000012345, "1.2345e-05")]
    [InlineData(999999, "999999")]
    [InlineData(999999.5, "999999.5")]
    [InlineData(1000000, "1e+06")]
    [InlineData(123456789, "1.23456789e+08")]
    [InlineData(1795519187.9526627, "1.7955191879526627e+09")]
    [InlineData(1e20, "1e+20")]
    [InlineData(1e21, "1e+21")]
    [InlineData(9223372036854775808, "9.223372036854776e+18")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void Float_is_printed_as_the_sdk_prints_it(double value, string text) => Assert.Equal(text, SdkJson.Of(value));

    [Fact]
    public void Printed_float_reads_back_as_itself() =>
        Gen.Double.Where(double.IsFinite).Sample(value => double.Parse(SdkJson.Of(value), CultureInfo.InvariantCulture).Equals(value));

    [Fact]
    public void Text_is_quoted_and_not_escaped_more_than_needed() => Assert.Equal("""
        "a \"b\" \\ <é>\n"
        """, SdkJson.Of("a \"b\" \\ <é>\n"));
}
