using System.Text;
using System.Text.Json;
using CsCheck;
using Wandb.Agent.Records;
using Wandb.Agent.State;
using Xunit;

namespace Wandb.Agent.Tests.Records;

public sealed class PlainValueTests
{
    [Theory]
    [InlineData("0", true)]
    [InlineData("-0", true)]
    [InlineData("1.23456789e+08", true)]
    [InlineData("5E-324", true)]
    [InlineData("NaN", true)]
    [InlineData("Infinity", true)]
    [InlineData("-Infinity", true)]
    [InlineData("true", true)]
    [InlineData("false", true)]
    [InlineData("null", true)]
    [InlineData("", false)]
    [InlineData("-", false)]
    [InlineData("-NaN", false)]
    [InlineData("+1", false)]
    [InlineData("01", false)]
    [InlineData("1.", false)]
    [InlineData(".5", false)]
    [InlineData("1e", false)]
    [InlineData("1e+", false)]
    [InlineData("1 ", false)]
    [InlineData("nan", false)]
    [InlineData("truex", false)]
    [InlineData("\"1\"", false)]
    [InlineData("[1]", false)]
    public void Plain_values_are_whole_numbers_and_words(string text, bool expected) =>
        Assert.Equal(expected, PlainValue.Is(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Text_of_digits_points_and_signs_is_plain_exactly_when_it_is_a_json_number() =>
        Gen.Char["0123456789.eE+-"].Array[0, 9].Sample(characters =>
        {
            var text = Encoding.UTF8.GetBytes(characters);
            Assert.Equal(IsJson(text), PlainValue.Is(text));
            Assert.Equal(IsJson(text), ValueJson.IsValid(text));
        }, iter: 20_000);

    [Fact]
    public void Long_numbers_are_plain_exactly_when_they_are_json_numbers() =>
        Gen.Select(Gen.Char["0123456789"].Array[14, 34], Gen.Int[0, 33], Gen.Char[".e-+0 x1"], Gen.Bool, Gen.Int[0, 33], Gen.Char["..0123456789"]).Sample(
            (digits, first, mark, isNegative, second, other) =>
            {
                digits[first % digits.Length] = mark;
                digits[second % digits.Length] = other;
                var text = Encoding.UTF8.GetBytes((isNegative ? "-" : "") + new string(digits));
                Assert.Equal(IsJson(text) && !text.Contains((byte)' '), PlainValue.Is(text));
            }, iter: 100_000);

    private static bool IsJson(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
