using System.Text;
using Wandb.Agent.Records;
using Wandb.Agent.Streaming;
using Wandb.Agent.Tests.Records;
using Xunit;

namespace Wandb.Agent.Tests.Streaming;

public sealed class RowFingerprintTests
{
    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b":2,"a":1}""")]
    [InlineData("""{"a":1}""", """{"a":1.0}""")]
    [InlineData("""{"a":1}""", """{"a":1e0}""")]
    [InlineData("""{"a":123456789}""", """{"a":1.23456789e+08}""")]
    [InlineData("""{"a":-0}""", """{"a":0}""")]
    [InlineData("""{"a":"é"}""", """{"a":"\u00e9"}""")]
    [InlineData("""{"é":1}""", """ { "\u00e9" : 1 } """)]
    [InlineData("""{"a":{"x":1,"y":[1,{"p":2,"q":3}]}}""", """{"a":{"y":[1.0,{"q":3,"p":2}],"x":1}}""")]
    [InlineData("""{"a":NaN}""", """{"a":NaN}""")]
    public void Lines_that_mean_the_same_have_one_fingerprint(string a, string b) => Assert.Equal(Of(a), Of(b));

    [Fact]
    public void Lines_that_mean_something_else_have_another()
    {
        string[] lines =
        [
            "{}", """{"a":1}""", """{"a":2}""", """{"b":1}""", """{"a":"1"}""", """{"a":[1]}""", """{"a":[1,2]}""", """{"a":[2,1]}""", """{"a":[[1],2]}""",
            """{"a":[1,[2]]}""", """{"a":[]}""", """{"a":[[]]}""", """{"a":null}""", """{"a":"null"}""", """{"a":true}""", """{"a":false}""", """{"a":""}""",
            """{"a":NaN}""", """{"a":"NaN"}""", """{"a":Infinity}""", """{"a":-Infinity}""", """{"a":{"b":1}}""", """{"a":{"a":1}}""", """{"a":1,"b":1}""",
            """{"a":1,"b":2}""", """{"a":2,"b":1}""", """{"a.b":1}""", """{"":1}""", """{"a":{"":1}}""", """{"a":[{"b":1},{"c":2}]}""", """{"a":[{"c":2},{"b":1}]}""",
            """{"a":0}""", """{"a":0.1}""", """{"a":0.10000000000000002}""", """{"a":9223372036854775807,"_step":1}""", """{"a":9223372036854775807,"_step":2}""",
        ];
        Assert.Equal(lines.Length, lines.Select(Of).Distinct().Count());
    }

    [Fact]
    public void Nested_items_and_one_object_value_are_the_same()
    {
        var line = new HistoryLine(new ItemPathTable());
        Assert.Equal(OfRecord(line, ("a/b", "1")), OfRecord(line, ("a", "{\"b\":1.0}")));
        Assert.Equal(
            OfRecord(line, ("a/b", "1"), ("c", "NaN"), ("a/d", "\"x\\n\"")), OfRecord(line, ("a", "{\"b\":1,\"d\":\"x\\n\"}"), ("c", "NaN")));
        Assert.NotEqual(OfRecord(line, ("a/b", "1")), OfRecord(line, ("a/b", "2")));
    }

    [Fact]
    public void What_cannot_be_read_has_none()
    {
        Assert.Null(RowFingerprint.OfLine("{"u8));
        Assert.Null(RowFingerprint.OfLine(""u8));
    }

    private static ulong OfRecord(HistoryLine line, params (string Path, string Value)[] items)
    {
        var target = new LineBuffer(64);
        Assert.Equal(RowOutcome.Appended, line.Append(ItemBytes.Record(items), target));
        return Of(System.Text.Json.JsonDocument.Parse(target.WrittenMemory).RootElement.GetString()!);
    }

    private static ulong Of(string line) => RowFingerprint.OfLine(Encoding.UTF8.GetBytes(line)) ?? throw new ArgumentException(line);
}
