using System.Text.Json;
using Xunit;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

public sealed class LooseJsonTests
{
    [Theory]
    [InlineData("""{"a":NaN,"b":[Infinity,-Infinity]}""", """{"a":{"$float":"NaN"},"b":[{"$float":"Infinity"},{"$float":"-Infinity"}]}""")]
    [InlineData("""[1e999,-1e999,1e-999]""", """[{"$float":"Infinity"},{"$float":"-Infinity"},1e-999]""")]
    [InlineData("""{"NaN":"a \"NaN\" and -Infinity"}""", """{"NaN":"a \u0022NaN\u0022 and -Infinity"}""")]
    [InlineData("""["\\",NaN]""", """["\\",{"$float":"NaN"}]""")]
    [InlineData("""[1180591620717411303424,1.0,1e+06]""", """[1180591620717411303424,1.0,1e+06]""")]
    [InlineData("""{"a":1,"b":2,"a":3}""", """{"a":3,"b":2}""")]
    [InlineData("""{"":null}""", """{"":null}""")]
    public void Reads_what_the_sdk_writes(string text, string json) => Assert.Equal(json, LooseJson.Parse(text)?.ToJsonString());

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("nan")]
    [InlineData("[1,]")]
    [InlineData("+Infinity")]
    [InlineData("NaNs")]
    [InlineData("""["\ud800"]""")]
    [InlineData("""{"\ud800":1}""")]
    public void Rejects_what_is_no_json(string text)
    {
        Assert.ThrowsAny<JsonException>(() => LooseJson.Parse(text));
        Assert.True(LooseJson.ParseOrMark(text)!.AsObject().ContainsKey("$invalid"));
    }
}
