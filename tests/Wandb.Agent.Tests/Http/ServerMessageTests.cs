using System.Text;
using Wandb.Agent.Http;
using Xunit;

namespace Wandb.Agent.Tests.Http;

public sealed class ServerMessageTests
{
    [Theory]
    [InlineData("""{"errors":[{"message":"project not found","path":["x"]}],"data":null}""", "project not found")]
    [InlineData("""{"error":"permission denied"}""", "permission denied")]
    [InlineData("""{"error":{"message":"too big"}}""", "too big")]
    [InlineData("""{"errors":["plain"]}""", "plain")]
    [InlineData("""{"errors":[],"message":"m"}""", "m")]
    [InlineData("<Error>\n <Code>AccessDenied</Code>\n</Error>", "<Error> <Code>AccessDenied</Code> </Error>")]
    [InlineData("", "HTTP 418")]
    [InlineData("{}", "{}")]
    public void The_servers_own_words_are_found(string body, string expected) =>
        Assert.Equal(expected, ServerMessage.From(Encoding.UTF8.GetBytes(body), 418));

    [Fact]
    public void Words_are_bounded() => Assert.Equal(500, ServerMessage.From(new byte[100_000].Select(_ => (byte)'x').ToArray(), 500).Length);
}
