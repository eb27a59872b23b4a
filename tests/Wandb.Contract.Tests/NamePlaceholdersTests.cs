using System.Text;

namespace Wandb.Contract.Tests;

public sealed class NamePlaceholdersTests
{
    [Theory]
    [InlineData("fold-{index}", "fold")]
    [InlineData("{index}/mnist", "mnist")]
    [InlineData("a-{index}-b", "a-b")]
    public void Empty_value_takes_its_separator_along(string name, string filled) => Assert.Equal(filled, NamePlaceholders.Fill(name, "{index}", ""));

    [Fact]
    public void Long_name_is_cut_at_whole_letters()
    {
        var filled = NamePlaceholders.Fill("x{index}" + string.Concat(Enumerable.Repeat("🙂", 200)), "{index}", "7");

        Assert.Equal(NamePlaceholders.MaxNameLength, filled.EnumerateRunes().Count());
        Assert.DoesNotContain(Rune.ReplacementChar, filled.EnumerateRunes());
        Assert.StartsWith("x7🙂", filled, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_of_as_many_letters_as_the_server_takes_stays()
    {
        var name = string.Concat(Enumerable.Repeat("🙂", NamePlaceholders.MaxNameLength));

        Assert.Equal(name, NamePlaceholders.Tidy(name));
    }
}
