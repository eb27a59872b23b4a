using Wandb.Operator.Injection;

namespace Wandb.Operator.Tests.Injection;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("cpu", "10m", "10m")]
    [InlineData("cpu", "0.5", "500m")]
    [InlineData("cpu", "2", "2")]
    [InlineData("cpu", "1e3", "1000")]
    [InlineData("cpu", "100u", "1m")]
    [InlineData("cpu", "0", "0")]
    [InlineData("memory", "32Mi", "32Mi")]
    [InlineData("memory", "1024Ki", "1Mi")]
    [InlineData("memory", "1G", "1000000000")]
    [InlineData("memory", "1.5Gi", "1536Mi")]
    [InlineData("memory", "100", "100")]
    public void Quantity_keeps_its_amount(string resource, string text, string formatted) =>
        Assert.Equal(formatted, Quantity.Format(resource, Quantity.Parse(text)!.Value));

    [Theory]
    [InlineData("")]
    [InlineData("much")]
    [InlineData("Mi")]
    [InlineData("1 Gi")]
    public void What_is_no_quantity_is_none(string text) => Assert.Null(Quantity.Parse(text));
}
