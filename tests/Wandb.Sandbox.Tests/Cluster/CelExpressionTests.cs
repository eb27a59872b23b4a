using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Admission;

namespace Wandb.Sandbox.Tests.Cluster;

public sealed class CelExpressionTests
{
    private static readonly Dictionary<string, JsonNode?> Variables = new(StringComparer.Ordinal)
    {
        ["object"] = JsonNode.Parse("""{"metadata":{"name":"p","annotations":{"a.b/c":"x"}},"spec":{"list":[1,2],"n":3}}"""),
    };

    [Theory]
    [InlineData("has(object.metadata.annotations) && 'a.b/c' in object.metadata.annotations", true)]
    [InlineData("has(object.metadata.labels) && 'a.b/c' in object.metadata.labels", false)]
    [InlineData("!has(object.metadata.labels) || object.metadata.labels['x'] == 'y'", true)]
    [InlineData("object.metadata.annotations['a.b/c'] == \"x\"", true)]
    [InlineData("object.spec.n >= 3 && size(object.spec.list) == 2 && object.spec.list[1] == 2", true)]
    [InlineData("object.metadata.name.startsWith('q') ? true : object.metadata.name in ['p', 'r']", true)]
    [InlineData("object.metadata.name.matches('^[a-o]$')", false)]
    [InlineData("(object.nothing == 1) || true", true)]
    [InlineData("(object.nothing == 1) && false", false)]
    public void An_expression_is_evaluated(string text, bool expected) => Assert.Equal(expected, CelExpression.Evaluate(text, Variables).Truth);

    [Theory]
    [InlineData("object.metadata.labels['x'] == 'y'")]
    [InlineData("object.spec.list.exists(i, i == 1)")]
    [InlineData("has(object.nothing.more)")]
    [InlineData("true true")]
    [InlineData("")]
    public void What_is_not_understood_or_not_there_is_an_error(string text) => Assert.Null(CelExpression.Evaluate(text, Variables).Truth);
}
