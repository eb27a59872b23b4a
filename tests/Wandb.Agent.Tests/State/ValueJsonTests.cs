using System.Text;
using System.Text.Json;
using CsCheck;
using Wandb.Agent.State;
using Xunit;

namespace Wandb.Agent.Tests.State;

public sealed class ValueJsonTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("1.7955191399533281e+09")]
    [InlineData("1e-06")]
    [InlineData("5E+3")]
    [InlineData("9223372036854775807")]
    public void Plain_numbers_are_recognised(string text) => Assert.True(ValueJson.IsPlainNumber(Bytes(text)) && ValueJson.IsValid(Bytes(text)));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("+1")]
    [InlineData("0x1")]
    [InlineData("1 2")]
    [InlineData("--1")]
    [InlineData("nan")]
    [InlineData("-NaN")]
    [InlineData("+Infinity")]
    [InlineData("Inf")]
    [InlineData("tru")]
    [InlineData("truee")]
    [InlineData("null,")]
    [InlineData("'a'")]
    [InlineData("\"a")]
    [InlineData("\"a\tb\"")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12g4\"")]
    [InlineData("\"\\u123")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("[1 2]")]
    [InlineData("[1")]
    [InlineData("]")]
    [InlineData("[}")]
    [InlineData("{]")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{a:1}")]
    [InlineData("{1:1}")]
    [InlineData("{\"a\":1}x")]
    [InlineData("[1}")]
    [InlineData("{\"a\":1]")]
    public void Malformed_text_is_refused(string text) => Assert.False(ValueJson.IsValid(Bytes(text)));

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("[NaN,{\"a\":-Infinity}]")]
    [InlineData(" { \"a\" : [ 1 , null , true , \"\\u00e4\\\"\\\\ü😀\" ] , \"\" : { } } \n")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"a\":1,\"a\":2}")]
    public void The_extended_dialect_is_accepted(string text) => Assert.True(ValueJson.IsValid(Bytes(text)));

    [Fact]
    public void Invalid_utf8_is_refused()
    {
        Assert.False(ValueJson.IsValid([(byte)'"', 0xff, (byte)'"']));
        Assert.False(ValueJson.IsValid([(byte)'"', 0xed, 0xa0, 0x80, (byte)'"'])); // an encoded surrogate
        Assert.False(ValueJson.IsValid([(byte)'"', 0xc3, (byte)'"']));
    }

    [Fact]
    public void Nesting_is_accepted_up_to_the_limit()
    {
        static byte[] Nested(int depth) => Bytes(new string('[', depth) + new string(']', depth));
        Assert.True(ValueJson.IsValid(Nested(ValueJson.MaxDepth)));
        Assert.False(ValueJson.IsValid(Nested(ValueJson.MaxDepth + 1)));
        Assert.True(ValueJson.IsValid(Bytes(string.Concat(Enumerable.Repeat("{\"a\":[", 256)) + "1" + string.Concat(Enumerable.Repeat("]}", 256)))));
    }

    [Fact]
    public void Agrees_with_the_platform_parser_on_random_fragments()
    {
        var part = Gen.OneOf("{", "}", "[", "]", ",", ":", "\"a\"", "\"\\n\"", "1", "-2.5e3", "01", "null", "true", " ", "\"", "\\", "\n");
        part.List[1, 9].Sample(parts =>
        {
            var text = Bytes(string.Concat(parts));
            Assert.Equal(PlatformAccepts(text), ValueJson.IsValid(text));
        });
    }

    [Fact]
    public void Reader_walks_a_value()
    {
        var reader = new ValueReader("""{"a" : [1, "x:y" , NaN], "b\"": {}}"""u8);
        var seen = new List<string>();
        while (reader.Read() is var token && token != ValueToken.End)
        {
            seen.Add($"{token} {Encoding.UTF8.GetString(reader.Raw)}");
        }

        Assert.Equal(
            ["ObjectStart {", "Name a", "ArrayStart [", "Number 1", "String x:y", "Word NaN", "ArrayEnd ]", "Name b\\\"", "ObjectStart {", "ObjectEnd }", "ObjectEnd }"],
            seen);
    }

    [Fact]
    public void Reader_takes_a_value_as_it_stands()
    {
        var reader = new ValueReader("""{"a": "x"  , "b": [ 1 , {"c": "]"} ] }"""u8);
        reader.Read();
        reader.Read();
        Assert.Equal("\"x\"", Encoding.UTF8.GetString(reader.ReadValue()));
        reader.Read();
        Assert.Equal("""[ 1 , {"c": "]"} ]""", Encoding.UTF8.GetString(reader.ReadValue()));
        Assert.Equal(ValueToken.ObjectEnd, reader.Read());
    }

    [Fact]
    public void Reader_ends_on_any_bytes() => Gen.Byte.Array[0, 30].Sample(bytes =>
    {
        var reader = new ValueReader(bytes);
        var tokens = 0;
        while (reader.Read() != ValueToken.End)
        {
            tokens++;
        }

        Assert.InRange(tokens, 0, bytes.Length);
    });

    [Fact]
    public void Strings_survive_escaping_and_unescaping() => Gen.String.Sample(text =>
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        JsonString.Write(output, utf8);
        Assert.True(ValueJson.IsValid(output.WrittenSpan));
        Assert.Equal(utf8, JsonString.Unescape(output.WrittenSpan[1..^1]));
        Assert.Equal(Encoding.UTF8.GetString(utf8), JsonSerializer.Deserialize<string>(output.WrittenSpan));
    });

    [Fact]
    public void Escaped_surrogates_are_joined_or_replaced()
    {
        Assert.Equal("😀"u8, JsonString.Unescape("\\ud83d\\ude00"u8));
        Assert.Equal("\uFFFDx"u8, JsonString.Unescape("\\ud83dx"u8));
    }

    private static bool PlatformAccepts(byte[] text)
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

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
