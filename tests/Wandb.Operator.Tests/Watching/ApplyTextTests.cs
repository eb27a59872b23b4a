using System.Text;
using System.Text.Json;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

public sealed class ApplyTextTests
{
    [Theory]
    [InlineData("""{"a":"b\u00e9\n\\"}""", """{"a":"b\u00e9\n\\"}""")]
    [InlineData("""{"a\ud83d\ude42":"\uD83D\uDE80x"}""", """{"a🙂":"🚀x"}""")]
    [InlineData("""{"a":"\ud83d"}""", """{"a":"�"}""")]
    [InlineData("""{"a":"\ude42\ud83d\ud83d\ude42"}""", """{"a":"��🙂"}""")]
    [InlineData("""{"a":"\\ud83d\\ude42"}""", """{"a":"\\ud83d\\ude42"}""")]
    [InlineData("""{"a":"\\\ud83d\ude42"}""", """{"a":"\\🙂"}""")]
    public void Pairs_are_written_as_the_letters_that_they_are(string json, string expected)
    {
        var text = Encoding.UTF8.GetString(ApplyText.Of(Encoding.UTF8.GetBytes(json)).Span);

        Assert.Equal(expected, text);
        Assert.NotEqual(JsonValueKind.Undefined, JsonDocument.Parse(text).RootElement.ValueKind);
    }

    [Fact]
    public void Text_that_needs_nothing_is_not_copied()
    {
        ReadOnlyMemory<byte> json = """{"a":"\u00e9"}"""u8.ToArray();

        Assert.Equal(json, ApplyText.Of(json));
    }
}
