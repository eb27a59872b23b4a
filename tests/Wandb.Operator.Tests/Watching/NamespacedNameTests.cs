using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

public sealed class NamespacedNameTests
{
    [Theory]
    [InlineData("team-a/train", "team-a", "train")]
    [InlineData("node-1", "", "node-1")]
    [InlineData("", "", "")]
    public void Its_text_can_be_read_back(string text, string @namespace, string name)
    {
        Assert.Equal(new NamespacedName(@namespace, name), NamespacedName.Parse(text));
        Assert.Equal(text, NamespacedName.Parse(text).ToString());
    }
}
