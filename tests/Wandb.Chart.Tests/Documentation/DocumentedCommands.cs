using System.Text.RegularExpressions;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>One fenced block of a page.</summary>
/// <param name="Line">Of its fence, from 1.</param>
/// <param name="Words">Behind the fence: the language, and what is added to it.</param>
internal sealed record FencedBlock(string Page, int Line, string[] Words, string Text);

/// <summary>One fenced block of shell on a page.</summary>
/// <param name="Line">Of its fence, from 1.</param>
/// <param name="Until">What a command that goes on writes (<c>until=WORD</c> in the fence) when the page may go on. Null: the block ends by itself.</param>
internal sealed record ShellBlock(string Page, int Line, BlockPlace Place, string? Until, string Text);

/// <summary>Pages for people, and the commands that stand in them.</summary>
internal static partial class DocumentedCommands
{
    private const string UntilMark = "until=";

    // What is built, and what was said of earlier versions.
    private static readonly string[] NoPages = ["artifacts", "CHANGELOG.md"];

    private static readonly Dictionary<string, BlockPlace> Places = new(StringComparer.Ordinal)
    {
        ["run"] = BlockPlace.Alone,
        ["cluster"] = BlockPlace.Cluster,
        ["install"] = BlockPlace.Installation,
        ["ci"] = BlockPlace.Ci,
        ["bench"] = BlockPlace.Benchmark,
        ["docker"] = BlockPlace.Engine,
    };

    public static IReadOnlyList<string> Pages { get; } =
    [
        .. new DirectoryInfo(Repository.Root).EnumerateFileSystemInfos()
            .Where(entry => !entry.Name.StartsWith('.') && !NoPages.Contains(entry.Name))
            .SelectMany(entry => entry is DirectoryInfo folder ? folder.EnumerateFiles("*.md", SearchOption.AllDirectories) : [(FileInfo)entry])
            .Where(file => file.Extension == ".md")
            .Select(file => Path.GetRelativePath(Repository.Root, file.FullName))
            .Order(StringComparer.Ordinal),
    ];

    public static IEnumerable<FencedBlock> Fences(string page)
    {
        var lines = File.ReadAllLines(Repository.Path(page));
        for (var start = 0; start < lines.Length; start++)
        {
            if (!IsFence(lines[start]))
                continue;
            var end = Array.FindIndex(lines, start + 1, IsFence);
            yield return new FencedBlock(page, start + 1, lines[start].Trim(' ', '`').Split(' ', StringSplitOptions.RemoveEmptyEntries), string.Join('\n', lines[(start + 1)..end]));
            start = end;
        }
    }

    /// <returns>Blocks whose language is sh.</returns>
    public static IEnumerable<ShellBlock> Blocks(string page) =>
        from fence in Fences(page)
        where fence.Words is ["sh", ..]
        let until = fence.Words.FirstOrDefault(word => word.StartsWith(UntilMark, StringComparison.Ordinal))
        select new ShellBlock(page, fence.Line, Places.GetValueOrDefault(fence.Words.ElementAtOrDefault(1) ?? ""), until?[UntilMark.Length..], fence.Text);

    /// <returns>Pages with a block that runs in this place, and these blocks of them.</returns>
    public static IEnumerable<(string Page, IReadOnlyList<ShellBlock> Blocks)> In(params BlockPlace[] places) =>
        from page in Pages
        let blocks = Blocks(page).Where(block => places.Contains(block.Place)).ToList()
        where blocks.Count > 0
        select (page, (IReadOnlyList<ShellBlock>)blocks);

    /// <returns>Commands of the block: continued lines joined, comments and prompts taken off, split at <c>|</c>, <c>&amp;&amp;</c> and <c>;</c>.</returns>
    public static IEnumerable<string[]> Commands(this ShellBlock block) => Commands(block.Text);

    /// <returns>The same of any text of shell.</returns>
    public static IEnumerable<string[]> Commands(string text) =>
        from line in text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
        from command in SeparatorPattern().Split(CommentPattern().Replace(line, ""))
        let words = WordPattern().Matches(command).Select(word => word.Value.Trim('"', '\'')).SkipWhile(word => AssignmentPattern().IsMatch(word)).ToArray()
        where words.Length > 0
        select words;

    /// <returns>Commands that stand within a sentence: whole ones of our programs, in the words between two backticks.</returns>
    public static IEnumerable<string[]> CommandsInText(string page) =>
        from span in SpanPattern().Matches(FencePattern().Replace(File.ReadAllText(Repository.Path(page)), ""))
        from words in Commands(span.Groups[1].Value)
        where words.Length > 1
        select words;

    /// <summary>A command of the block goes on in the background.</summary>
    public static bool LeavesSomethingRunning(this ShellBlock block) => BackgroundPattern().IsMatch(block.Text);

    private static bool IsFence(string line) => line.TrimStart().StartsWith("```", StringComparison.Ordinal);

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex CommentPattern();

    [GeneratedRegex(@"\|\|?|&&|;|&(?=\s|$)|\$\(|\)")]
    private static partial Regex SeparatorPattern();

    [GeneratedRegex("""(?:"[^"]*"|'[^']*'|[^\s"'])+""")]
    private static partial Regex WordPattern();

    [GeneratedRegex("^(\\w+=.*|export|\\$|nice|time|sudo)$")]
    private static partial Regex AssignmentPattern();

    [GeneratedRegex(@"(?<!&)&\s*(#.*)?$", RegexOptions.Multiline)]
    private static partial Regex BackgroundPattern();

    [GeneratedRegex(@"^\s*```.*?^\s*```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FencePattern();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex SpanPattern();
}
