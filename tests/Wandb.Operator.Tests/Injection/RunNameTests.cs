using Wandb.Operator.Injection;

namespace Wandb.Operator.Tests.Injection;

public sealed class RunNameTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["app.io/name"] = "bert" };

    [Theory]
    [InlineData("{job}-{index}", "3", "train-3")]
    [InlineData("{job}-{index}", "", "train")]
    [InlineData("fold {index} of {job}", "", "fold of train")]
    [InlineData("{label:app.io/name}/{label:none}", "", "bert")]
    [InlineData("{job}-{attempt}-{node}", "", "train-{attempt}-{node}")]
    [InlineData("{index}", "", "")]
    public void Name_has_what_is_known(string template, string index, string name) =>
        Assert.Equal(name, RunName.Of(template, "train", index, Labels));

    [Theory]
    [InlineData("{jobs}")]
    [InlineData("{job")]
    [InlineData("job}")]
    [InlineData("{label:}")]
    [InlineData(" ")]
    public void Template_with_a_mistake_is_refused(string template) => Assert.NotNull(RunName.TemplateProblem(template));
}
