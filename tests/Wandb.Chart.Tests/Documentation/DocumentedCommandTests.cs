using System.Text.RegularExpressions;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>
/// Commands in the documentation are those of the programs: blocks marked <c>sh run</c> are run, page by page, against the embedded server, those
/// marked <c>sh cluster</c> one page after the other in the sandbox's cluster, and together with <c>sh install</c> on a real API server where one is named; of all
/// others every flag, every file and the chart's values are looked up.
/// </summary>
public sealed partial class DocumentedCommandTests
{
    public static TheoryData<string> Pages() => new(DocumentedCommands.Pages);

    public static TheoryData<string> PagesThatRun() => new(DocumentedCommands.Pages.Where(page => DocumentedCommands.Blocks(page).Any(RunsAlone)));

    [Theory]
    [MemberData(nameof(PagesThatRun))]
    public async Task Commands_of_a_page_do_what_it_says(string page)
    {
        using var place = new RunPlace();
        var url = await place.StartServerAsync(TestContext.Current.CancellationToken);
        foreach (var block in DocumentedCommands.Blocks(page).Where(RunsAlone))
            Run(block, place, url);
    }

    [Fact]
    public async Task Commands_for_a_cluster_do_what_the_pages_say()
    {
        Assert.SkipUnless(Programs.IsOnPath("kubectl"), "needs kubectl");
        using var place = new RunPlace();
        var server = await place.StartServerAsync(TestContext.Current.CancellationToken);
        using var cluster = new ClusterPlace();
        await cluster.StartAsync(place, server, TestContext.Current.CancellationToken);
        // That page ends with the kinds' removal.
        var blocks = DocumentedCommands.Pages.OrderBy(page => page == "docs/getting-started.md").SelectMany(DocumentedCommands.Blocks).Where(block => block.Place == BlockPlace.Cluster).ToList();
        Assert.NotEmpty(blocks);

        foreach (var block in blocks)
            Run(block, place, server, cluster.Kubeconfig);
    }

    [Fact]
    public async Task Ten_minutes_with_a_cluster_go_as_the_page_says()
    {
        Assert.SkipUnless(RealClusterPlace.IsThere, RealClusterPlace.Needs);
        using var place = new RunPlace();
        var server = await place.StartServerAsync(TestContext.Current.CancellationToken);
        var cluster = new RealClusterPlace(place, server);
        var blocks = GettingStarted().Where(block => block.Place is BlockPlace.Cluster or BlockPlace.Installation).ToList();
        Assert.Contains(blocks, block => block.Place == BlockPlace.Installation);

        foreach (var block in blocks)
        {
            Run(block, place, server, cluster.Kubeconfig);
            if (block.Text.Contains("helm install", StringComparison.Ordinal))
                cluster.LeadToServer();
        }

        Assert.Equal("", cluster.LeftBehind("kubectl delete --ignore-not-found service/wandb-server secret/wandb-api-key"));
    }

    [Fact]
    public void The_operator_comes_up_without_Helm_as_its_page_says()
    {
        Assert.SkipUnless(RealClusterPlace.IsThere, RealClusterPlace.Needs);
        using var place = new RunPlace();
        var cluster = new RealClusterPlace(place, (Url: "http://127.0.0.1", ApiKey: ""));
        foreach (var block in DocumentedCommands.Blocks("docs/operator.md").Where(block => block.Place == BlockPlace.Installation))
            Run(block, place, (Url: "http://127.0.0.1", ApiKey: ""), cluster.Kubeconfig);

        Assert.Equal("", cluster.LeftBehind("kubectl delete -f deploy -f crds"));
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
        var unknown = DocumentedCommands.Blocks(page).SelectMany(block => block.Commands().Where(words => ProgramHelp.Names.Contains(words[0])).SelectMany(words => Unknown(block, words)));

        Assert.Equal([], unknown);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Files_that_commands_name_are_there(string page)
    {
        var missing = from block in DocumentedCommands.Blocks(page)
                      from words in block.Commands()
                      where words[0] is "kubectl" or "wandb-operator" or "helm" or "bash" or "dotnet"
                      from word in words
                      where RepositoryPathPattern().IsMatch(word) && !word.Contains('*', StringComparison.Ordinal) && !Path.Exists(Repository.Path(word))
                      select $"{block.Page}:{block.Line}: {word}";

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

    // Looking around and an upgrade come before everything is taken away.
    private static IEnumerable<ShellBlock> GettingStarted()
    {
        var blocks = DocumentedCommands.Blocks("docs/getting-started.md").ToList();
        var away = blocks.FindIndex(block => block.Text.Contains("delete", StringComparison.Ordinal));
        return [.. blocks[..away], .. DocumentedCommands.Blocks("docs/runbooks.md"), .. DocumentedCommands.Blocks("docs/compatibility.md"), .. blocks[away..]];
    }

    private static bool RunsAlone(ShellBlock block) => block.Place == BlockPlace.Alone || (block.Place == BlockPlace.Helm && Programs.IsOnPath("helm"));

    private static void Run(ShellBlock block, RunPlace place, (string Url, string ApiKey) server, string? kubeconfig = null)
    {
        var (status, output, error) = place.Run(block.Text, server, kubeconfig);
        Assert.True(status == 0, $"{block.Page}:{block.Line} ended with {status}:\n{output}\n{error}");
    }

    private static IEnumerable<string> Unknown(ShellBlock block, string[] words)
    {
        var command = words.Skip(1).FirstOrDefault(word => !word.StartsWith('-'));
        var help = ProgramHelp.Of(words[0], command);
        if (help is null)
            return [$"{block.Page}:{block.Line}: {words[0]} has no command '{command}'"];
        return words.Where(word => FlagPattern().IsMatch(word)).Select(word => word.Split('=')[0]).Where(flag => !ProgramHelp.HasFlag(help, flag))
            .Select(flag => $"{block.Page}:{block.Line}: {words[0]} {command} has no {flag}");
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
}
