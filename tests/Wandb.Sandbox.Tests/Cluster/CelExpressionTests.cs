using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Cel;

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
    [InlineData("object.spec.list.exists(i, i == 2) && !object.spec.list.exists(i, i == 3)", true)]
    [InlineData("object.spec.list.all(i, i < 3 && object.spec.n > i)", true)]
    [InlineData("object.metadata.annotations.all(k, k.contains('/'))", true)]
    [InlineData("[1, 2].exists(a, [2, 3].exists(b, a == b))", true)]
    [InlineData("[].all(a, false) && ![].exists(a, true)", true)]
    [InlineData("[1, 'x'].exists(a, a.startsWith('x'))", true)]
    [InlineData("[1, 'y'].all(a, a.startsWith('x'))", false)]
    [InlineData("has(object.metadata.labels) != has(object.spec)", true)]
    [InlineData("double('0.1') >= 0.1 && 1 < 1.5 && 2 == 2.0", true)]
    [InlineData("'a\nb'.contains('\n') && ' Ab\t'.trim().lowerAscii() == 'ab'", true)]
    [InlineData("'a\n'.matches('^a$')", false)]
    [InlineData("'a$'.matches('^[a$]+$') && '$'.matches('^\\\\$$')", true)]
    [InlineData("isURL('/path') && !isURL('path') && !isURL('a b://c') && !isURL('http://[::1') && !isURL('http://a/%zz') && !isURL('')", true)]
    [InlineData("!isURL('http://a#b') && isURL('http://a/#b') && !isURL('http://a/#%b') && !isURL('http://u ser@a') && isURL('*') && !isURL('*?a')", true)]
    [InlineData("url('//host/p').getHostname() == 'host' && url('///p').getHostname() == ''", true)]
    [InlineData("url('HTTPS://me@Host:80/p?q#f').getScheme() == 'https' && url('https://me@Host:80').getHostname() == 'Host'", true)]
    [InlineData("url('http://[fd00::1]:80').getHostname() == 'fd00::1' && url('mailto:a').getHostname() == ''", true)]
    public void An_expression_is_evaluated(string text, bool expected) => Assert.Equal(expected, CelExpression.Evaluate(text, Variables).Truth);

    [Theory]
    [InlineData("object.metadata.labels['x'] == 'y'")]
    [InlineData("object.spec.n + 1 == 4")]
    [InlineData("object.spec.list.map(i, i == 1)")]
    [InlineData("object.spec.list.exists(i)")]
    [InlineData("object.metadata.name.substring(1) == ''")]
    [InlineData("other == 1")]
    [InlineData("'\\q' == 'q'")]
    [InlineData("size(object.spec.list, 1) == 2")]
    [InlineData("i == 1 || object.spec.list.all(i, i == 1)")]
    [InlineData("has(object.nothing.more)")]
    [InlineData("true true")]
    [InlineData("")]
    public void What_is_not_understood_or_not_there_is_an_error(string text) => Assert.Null(CelExpression.Evaluate(text, Variables).Truth);
}
