using System.Globalization;
using System.Text;
using CsCheck;
using Wandb.Agent.State;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Wandb.Agent.Tests.State;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("\"train.py\"", "train.py")]
    [InlineData("\"12\"", "\"12\"")]
    [InlineData("\"1e3\"", "\"1e3\"")]
    [InlineData("\"True\"", "\"True\"")]
    [InlineData("\"null\"", "\"null\"")]
    [InlineData("\"~\"", "\"~\"")]
    [InlineData("\"\"", "\"\"")]
    [InlineData("\"a: b # c\"", "\"a: b # c\"")]
    [InlineData("\"2026-11-24\"", "\"2026-11-24\"")]
    [InlineData("\"ä😀\\u2028\\u0000\\n\\\"\"", "\"ä😀\\u2028\\x00\\n\\\"\"")]
    [InlineData("NaN", ".nan")]
    [InlineData("Infinity", ".inf")]
    [InlineData("-Infinity", "-.inf")]
    [InlineData("null", "null")]
    [InlineData("1152921504606846976", "1152921504606846976")]
    [InlineData("1e-06", "1.0e-06")]
    [InlineData("1.5E7", "1.5e+7")]
    [InlineData("{}", "{}")]
    [InlineData("[ ]", "[]")]
    public void Scalars_are_written_so_that_no_parser_misreads_them(string json, string yaml) =>
        Assert.Equal(yaml + "\n", Encoding.UTF8.GetString(YamlText.FromJson(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void Repeated_key_is_written_once() => Assert.Equal("a: 2\n", Encoding.UTF8.GetString(YamlText.FromJson("""{"a":1,"a":2}"""u8)));

    [Fact]
    public void Long_keys_can_be_parsed() => AssertParsesBack($$"""{"{{new string('k', 3000)}}":{"a":[{"{{new string('ü', 2000)}}":1}]},"b":2}""");

    [Fact]
    public void Random_values_can_be_parsed_back()
    {
        var text = Gen.OneOf(Gen.String, Gen.OneOf("a", "- b", "x: y", "#", "?", "'", "...", "--- ", "!t", "&a", "*a", "%", "@", "`", "|", ">", "a\u0085b", "\ufeff", " lead", "trail ", "0x10", "1_000", ".5", "+1", "=", "<<"));
        var value = Gen.Recursive<string>((depth, inner) => depth >= 4
            ? Gen.OneOf(text.Select(Json), Gen.OneOf("1", "-2.5e-3", "NaN", "true", "null", "[]", "{}"))
            : Gen.OneOf(
                text.Select(Json),
                inner.Array[0, 3].Select(items => "[" + string.Join(',', items) + "]"),
                Gen.Select(text, inner).Array[0, 3].Select(members => "{" + string.Join(',', members.Select(member => Json(member.Item1) + ":" + member.Item2)) + "}")));
        value.Sample(AssertParsesBack, iter: 2000);
    }

    private static void AssertParsesBack(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.True(ValueJson.IsValid(bytes), json);
        var stream = new YamlStream();
        stream.Load(new StringReader(Encoding.UTF8.GetString(YamlText.FromJson(bytes))));
        AssertSame(bytes, stream.Documents.Single().RootNode);
    }

    private static void AssertSame(ReadOnlySpan<byte> json, YamlNode node)
    {
        var reader = new ValueReader(json);
        switch (reader.Read())
        {
            case ValueToken.ObjectStart:
                var expected = new Dictionary<string, byte[]>();
                while (reader.Read() == ValueToken.Name)
                {
                    var key = Encoding.UTF8.GetString(JsonString.Unescape(reader.Raw));
                    expected[key] = reader.ReadValue().ToArray();
                }

                var mapping = Assert.IsType<YamlMappingNode>(node);
                Assert.Equal(expected.Count, mapping.Children.Count);
                foreach (var (key, child) in mapping.Children)
                {
                    AssertSame(expected[((YamlScalarNode)key).Value!], child);
                }

                break;
            case ValueToken.ArrayStart:
                var sequence = Assert.IsType<YamlSequenceNode>(node);
                foreach (var child in sequence.Children)
                {
                    AssertSame(reader.ReadValue(), child);
                }

                Assert.Equal(ValueToken.ArrayEnd, reader.Read());
                break;
            case ValueToken.String:
                Assert.Equal(Encoding.UTF8.GetString(JsonString.Unescape(reader.Raw)), Assert.IsType<YamlScalarNode>(node).Value);
                break;
            case ValueToken.Number:
                var scalar = Assert.IsType<YamlScalarNode>(node);
                Assert.Equal(ScalarStyle.Plain, scalar.Style);
                Assert.Equal(double.Parse(reader.Raw, CultureInfo.InvariantCulture), double.Parse(scalar.Value!, CultureInfo.InvariantCulture));
                break;
            default:
                Assert.Equal(ScalarStyle.Plain, Assert.IsType<YamlScalarNode>(node).Style);
                break;
        }
    }

    private static string Json(string text)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        JsonString.Write(output, text);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
