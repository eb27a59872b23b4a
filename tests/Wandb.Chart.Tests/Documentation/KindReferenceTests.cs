namespace Wandb.Chart.Tests.Documentation;

/// <summary>The pages about the kinds say what the API server takes. <c>WANDB_WRITE_REFERENCE=1</c> writes them.</summary>
public sealed class KindReferenceTests
{
    [Theory]
    [InlineData("wandbrun")]
    [InlineData("wandbprofile")]
    public void Page_is_made_from_the_definition(string kind)
    {
        var definition = Assert.Single(Repository.Documents(File.ReadAllText(Repository.Path("crds", kind + ".yaml"))));
        var page = Repository.Path("docs", kind + ".md");
        var expected = KindReference.Of(definition, $"crds/{kind}.yaml");
        if (Programs.Variable("WANDB_WRITE_REFERENCE") == "1")
            File.WriteAllText(page, expected);

        Assert.Equal(expected, File.ReadAllText(page));
    }
}
