using System.Text.Json;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

public sealed class ServerVersionTests
{
    [Theory]
    [InlineData("""{"major":"1","minor":"29","gitVersion":"v1.29.15"}""", "1.29")]
    [InlineData("""{"major":"1","minor":"29+","gitVersion":"v1.29.15-eks-1"}""", "1.29")]
    [InlineData("""{"major":"1","minor":""}""", null)]
    [InlineData("""{"major":1,"minor":29}""", null)]
    [InlineData("""{"major":"1"}""", null)]
    [InlineData("[]", null)]
    public void What_builders_put_behind_the_minor_version_is_left_out(string json, string? expected)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Equal(expected, ServerVersion.Read(document.RootElement)?.ToString());
    }
}
