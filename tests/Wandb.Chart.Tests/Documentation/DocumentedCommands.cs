using System.Text.RegularExpressions;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>One fenced block of shell on a page.</summary>
/// <param name="Line">Of its fence, from 1.</param>
internal sealed record ShellBlock(string Page, int Line, BlockPlace Place, string Text);

/// <summary>Pages for people, and the commands that stand in them.</summary>
internal static partial class DocumentedCommands
{
    public static IReadOnlyList<string> Pages { get; } =
    [
        "README.md", "CONTRIBUTING.md", "samples/README.md", "deploy/README.md", "charts/wandb-operator/README.md", "tests/chart/README.md",
        .. Directory.GetFiles(Repository.Path("docs"), "*.md").Select(file => "docs/" + Path.GetFileName(file)).Order(StringComparer.Ordinal),
    ];

    /// <returns>Blocks whose language is sh, or that have none and look like commands.</returns>
    public static IEnumerable<ShellBlock> Blocks(string page)
    {
        var lines = File.ReadAllLines(Repository.Path(page));
        for (var start = 0; start < lines.Length; start++)
        {
            if (!lines[start].StartsWith("```", StringComparison.Ordinal))
                continue;
            var end = Array.FindIndex(lines, start + 1, line => line.StartsWith("```", StringComparison.Ordinal));
            var words = lines[start][3..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["sh", ..])
                yield return new ShellBlock(page, start + 1, Place(words), string.Join('\n', lines[(start + 1)..end]));
            start = end;
        }
    }

    private static BlockPlace Place(string[] words) => words switch
    {
        [_, "run"] => BlockPlace.Alone,
        [_, "helm"] => BlockPlace.Helm,
        [_, "cluster"] => BlockPlace.Cluster,
        [_, "install"] => BlockPlace.Installation,
        [_, "docker"] => BlockPlace.Engine,
        _ => BlockPlace.None,
    };

    /// <returns>Commands of the block: continued lines joined, comments and prompts taken off, split at <c>|</c>, <c>&amp;&amp;</c> and <c>;</c>.</returns>
    public static IEnumerable<string[]> Commands(this ShellBlock block) =>
        from line in block.Text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
        from command in SeparatorPattern().Split(CommentPattern().Replace(line, ""))
        let words = WordPattern().Matches(command).Select(word => word.Value.Trim('"', '\'')).SkipWhile(word => AssignmentPattern().IsMatch(word)).ToArray()
        where words.Length > 0
        select words;

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex CommentPattern();

    [GeneratedRegex(@"\|\|?|&&|;|&(?=\s|$)|\$\(|\)")]
    private static partial Regex SeparatorPattern();

    [GeneratedRegex("""(?:"[^"]*"|'[^']*'|[^\s"'])+""")]
    private static partial Regex WordPattern();

    [GeneratedRegex("^(\\w+=.*|export|\\$|nice|time|sudo)$")]
    private static partial Regex AssignmentPattern();
}
