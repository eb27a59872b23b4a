namespace Wandb.Chart.Tests.Documentation;

/// <summary>Blocks marked <c>sh ci</c> build, test and show the whole: each of their commands is one that <c>.ci/run</c> runs.</summary>
public sealed class DocumentedCiTests
{
    [Fact]
    public void Commands_that_CI_is_said_to_run_are_run_by_it()
    {
        var calls = ContinuousIntegration.Calls();
        var missing = from page in DocumentedCommands.In(BlockPlace.Ci)
                      from block in page.Blocks
                      from words in block.Commands()
                      where !calls.Any(call => IsCall(words, call))
                      select $"{block.Page}:{block.Line}: {string.Join(' ', words)}";

        Assert.Equal([], missing);
    }

    [Theory]
    [InlineData("dotnet test --solution Other.sln")]
    [InlineData("dotnet Wandb.Operator.sln test")]
    [InlineData("dotnet run --project src/Wandb.Sandbox -- demo --keep")]
    public void A_command_with_other_words_is_not(string command) =>
        Assert.DoesNotContain(ContinuousIntegration.Calls(), call => IsCall(command.Split(' '), call));

    /// <summary>All the words are there, in this order; options that CI adds may stand between them.</summary>
    private static bool IsCall(string[] words, string[] call)
    {
        var found = 0;
        foreach (var word in call)
            found += found < words.Length && word == words[found] ? 1 : 0;
        return found == words.Length && call[0] == words[0];
    }
}
