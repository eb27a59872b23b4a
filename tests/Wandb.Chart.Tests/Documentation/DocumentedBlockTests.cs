using System.Text.RegularExpressions;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>Whatever the place of a block of commands: it has a test that runs it, and its flags, files, values of the chart and links are there.</summary>
public sealed partial class DocumentedBlockTests
{
    // What a text for people is written in; a block of shell has a place beside it.
    private static readonly string[] Languages = ["yaml", "json"];

    public static TheoryData<string> Pages() => new(DocumentedCommands.Pages);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_of_commands_has_a_test_that_runs_it(string page)
    {
        var unmarked = DocumentedCommands.Fences(page).Where(fence => fence.Words is [] or [not "sh", ..])
            .Where(fence => (fence.Words is [var language, ..] && !Languages.Contains(language)) || fence.Text.Split('\n').Any(LooksLikeCommand))
            .Select(fence => $"{fence.Page}:{fence.Line}");
        var unknown = DocumentedCommands.Blocks(page).Where(block => block.Place == BlockPlace.Unknown).Select(block => $"{block.Page}:{block.Line}");
        var indented = File.ReadAllLines(Repository.Path(page)).Select((line, index) => (line, index))
            .Where(entry => entry.line.StartsWith("    ", StringComparison.Ordinal) && LooksLikeCommand(entry.line.Trim()))
            .Select(entry => $"{page}:{entry.index + 1}");

        Assert.Equal([], unmarked.Concat(unknown).Concat(indented));
    }

    /// <summary>The folder of one program also has files of those that it is built from, which do not run there.</summary>
    [Fact]
    public void Path_of_getting_started_finds_each_program_in_its_own_folder()
    {
        var path = File.ReadLines(Repository.Path("docs/getting-started.md")).Single(line => line.StartsWith("export PATH=", StringComparison.Ordinal));
        var folders = FolderOnPathPattern().Matches(path).Select(folder => Repository.Path(folder.Groups[1].Value)).ToList();

        Assert.All(ProgramHelp.Names, name => Assert.Equal(ProgramHelp.Folder(name), folders.First(folder => File.Exists(Path.Combine(folder, name)))));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Flags_and_commands_are_those_of_the_programs(string page)
    {
        var unknown = DocumentedCommands.Blocks(page).SelectMany(block => block.Commands()).Concat(DocumentedCommands.CommandsInText(page))
            .Where(words => ProgramHelp.Names.Contains(words[0])).SelectMany(Unknown).Select(what => $"{page}: {what}");

        Assert.Equal([], unknown);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Files_that_commands_name_are_there(string page)
    {
        var missing = from words in DocumentedCommands.Blocks(page).SelectMany(block => block.Commands()).Concat(DocumentedCommands.CommandsInText(page))
                      where words[0] is "kubectl" or "wandb-operator" or "helm" or "bash" or "dotnet"
                      from word in words
                      where RepositoryPathPattern().IsMatch(word) && !word.Contains('*', StringComparison.Ordinal) && !Path.Exists(Repository.Path(word))
                      select $"{page}: {word}";

        Assert.Equal([], missing);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Values_for_the_chart_are_taken_by_it(string page)
    {
        foreach (var words in DocumentedCommands.Blocks(page).SelectMany(block => block.Commands()).Where(words => words is ["helm", "install" or "upgrade" or "template", ..]))
        {
            ChartRenderer.Require();
            var sets = words.Zip(words.Skip(1)).Where(pair => pair.First == "--set").SelectMany(pair => new[] { "--set", pair.Second });
            Assert.NotEmpty(ChartRenderer.Objects(null, [.. sets]));
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_to_files_and_headings_lead_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Repository.Path(page))!;
        var broken = new List<string>();
        foreach (var link in LinkPattern().Matches(File.ReadAllText(Repository.Path(page))).Select(match => match.Groups[1].Value).Where(link => !link.Contains("://", StringComparison.Ordinal)))
        {
            var parts = link.Split('#');
            var file = parts[0].Length == 0 ? Repository.Path(page) : Path.GetFullPath(Path.Combine(folder, parts[0]));
            if (!Path.Exists(file))
                broken.Add($"{page}: {link}");
            else if (parts.Length > 1 && !Headings(file).Contains(parts[1]))
                broken.Add($"{page}: {link} (no such heading)");
        }

        Assert.Equal([], broken);
    }

    private static bool LooksLikeCommand(string line) => CommandPattern().IsMatch(line);

    private static IEnumerable<string> Unknown(string[] words)
    {
        var command = words.Skip(1).FirstOrDefault(word => !word.StartsWith('-'));
        var help = ProgramHelp.Of(words[0], command);
        if (help is null)
            return [$"{words[0]} has no command '{command}'"];
        return words.Where(word => FlagPattern().IsMatch(word)).Select(word => word.Split('=')[0]).Where(flag => !ProgramHelp.HasFlag(help, flag))
            .Select(flag => $"{words[0]} {command} has no {flag}");
    }

    // As the page's site makes anchors of headings.
    private static HashSet<string> Headings(string file) =>
        [.. HeadingPattern().Matches(File.ReadAllText(file)).Select(heading => NoAnchorPattern().Replace(heading.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"^(samples|crds|deploy|charts|docs|images|tests|src|bench|hook)(/[\w./-]*)?$")]
    private static partial Regex RepositoryPathPattern();

    [GeneratedRegex(@"\$PWD/([^:\""]+)")]
    private static partial Regex FolderOnPathPattern();

    [GeneratedRegex(@"^--?[a-z][a-z-]*(=.*)?$")]
    private static partial Regex FlagPattern();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex HeadingPattern();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NoAnchorPattern();

    // After a prompt whatever comes, otherwise a program with a word that follows; no name in a table of figures.
    [GeneratedRegex(@"^(\$ |(kubectl|helm|dotnet|docker|skopeo|bash|python3?|pip|apt-get|wandb-(agent|operator|sandbox)) +[a-z-])")]
    private static partial Regex CommandPattern();
}
