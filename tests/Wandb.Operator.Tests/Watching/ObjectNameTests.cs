using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

public sealed class ObjectNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("train-0.fold-1")]
    public void Name_of_an_object(string name) => Assert.True(ObjectName.IsSubdomain(name));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../jobs?watch=true")]
    [InlineData("a/b")]
    [InlineData("a..b")]
    [InlineData("a.")]
    [InlineData("-a")]
    [InlineData("a-.b")]
    [InlineData("Train")]
    [InlineData("tr\u00e4in")]
    [InlineData("a%2fb")]
    [InlineData("a\n")]
    public void Text_that_no_object_is_named(string name) => Assert.False(ObjectName.IsSubdomain(name));

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void Name_has_253_letters_at_most(int length, bool isName) => Assert.Equal(isName, ObjectName.IsSubdomain(new string('a', length)));
}
