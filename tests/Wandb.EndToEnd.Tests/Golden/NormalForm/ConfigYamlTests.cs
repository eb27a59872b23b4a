using Xunit;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

public sealed class ConfigYamlTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("+1", "1")]
    [InlineData("-17", "-17")]
    [InlineData("1.", "1")]
    [InlineData(".5", "0.5")]
    [InlineData("1e-06", "1e-06")]
    [InlineData("1.1805916207174113e+21", "1.1805916207174113e+21")]
    [InlineData("1152921504606846976", "1152921504606846976")]
    [InlineData(".nan", """{"$float":"NaN"}""")]
    [InlineData("-.inf", """{"$float":"-Infinity"}""")]
    [InlineData("true", "true")]
    [InlineData("null", "null")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("cnn", "\"cnn\"")]
    [InlineData("\"1\"", "\"1\"")]
    [InlineData("'true'", "\"true\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("[1, {a.b: 2}]", """[1,{"a.b":2}]""")]
    public void Scalar_becomes_the_json_value_that_every_reader_sees(string yaml, string json) =>
        Assert.Equal($$"""{"k":{{json}}}""", ConfigYaml.UserKeys($"k:\n    value: {yaml}\n").ToJsonString());

    [Theory]
    [InlineData("yes")]
    [InlineData("Off")]
    [InlineData("0777")]
    [InlineData("0o17")]
    [InlineData("0xFF")]
    [InlineData("1_000")]
    [InlineData("12:30:45")]
    [InlineData("2026-11-24")]
    public void Scalar_that_readers_disagree_about_is_marked(string yaml) =>
        Assert.Equal($$$"""{"k":{"$ambiguous":"{{{yaml}}}"}}""", ConfigYaml.UserKeys($"k:\n    value: {yaml}\n").ToJsonString());

    [Theory]
    [InlineData("k:\n    value: |-\n        two\n        lines\n", """{"k":"two\nlines"}""")]
    [InlineData("_wandb:\n    value:\n        t: 1\nk:\n    desc: null\n    value: 1\n", """{"k":1}""")]
    [InlineData("k: 1\n", """{"k":{"$notwrapped":1}}""")]
    [InlineData("1:\n    value: 2\n", """{"1 (not a string)":2}""")]
    [InlineData("", "{}")]
    [InlineData("{}\n", "{}")]
    [InlineData("- 1\n", """{"$invalid":"- 1\n"}""")]
    [InlineData("k: [\n", """{"$invalid":"k: [\n"}""")]
    public void Document_becomes_the_users_keys(string yaml, string json) => Assert.Equal(json, ConfigYaml.UserKeys(yaml).ToJsonString());
}
