using System.Text.RegularExpressions;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>
/// Blocks marked <c>sh bench</c> are run with small sizes, to see that they run: what they measure needs the sizes of the pages, a quiet machine, and an hour for one of
/// them. They need the release builds, so that a step of <c>.ci/run</c> does it and no ordinary run of the tests.
/// </summary>
public sealed partial class DocumentedBenchmarkTests
{
    private const string Asked = "WANDB_DOCS_BENCHMARKS";

    private static readonly (Regex Size, string Small)[] SmallSizes =
    [
        (GeneratePattern(), "bench generate --rows 20"), (RunsPattern(), "--runs 1"), (ComparePattern(), "bench compare --runs 1"), (SecondsPattern(), "--$1 1"), (LivePattern(), "bench live --seconds 1 --warm-up 1 --runs"),
        (MicroPattern(), "bench micro --once"), (AdmissionsPattern(), "bench admissions --rate 20 --seconds 2 --warm-up 1"), (SoakPattern(), "bench soak --rate 20 --minutes 0.05 --every 0.05"),
        (ReportsPattern(), "bench reports --wandbruns 2 --pods 2 --every 1 --seconds 2 --warm-up 1"), (PortPattern(), "--port 0"),
    ];

    public static TheoryData<string> PagesWithBenchmarks() => new(DocumentedCommands.In(BlockPlace.Benchmark).Select(page => page.Page));

    [Theory]
    [MemberData(nameof(PagesWithBenchmarks))]
    public async Task Benchmarks_of_a_page_run(string page)
    {
        Assert.SkipUnless(Programs.Variable(Asked) == "1", $"{Asked} is not 1: a step of .ci/run asks for it");
        using var place = new RunPlace();
        place.AddProgram("wandb-agent", $"exec {Repository.Path("artifacts", "publish", "Wandb.Agent", "release_linux-x64", "wandb-agent")} \"$@\"");
        await using var shell = place.OpenShell((Url: "", ApiKey: ""));
        foreach (var block in DocumentedCommands.Blocks(page).Where(block => block.Place == BlockPlace.Benchmark))
            await shell.RunAsync(block, SmallSizes.Aggregate(block.Text, (text, size) => size.Size.Replace(text, size.Small)), TestContext.Current.CancellationToken);
    }

    [GeneratedRegex(@"bench generate(?= )")]
    private static partial Regex GeneratePattern();

    [GeneratedRegex(@"--runs \d+")]
    private static partial Regex RunsPattern();

    [GeneratedRegex(@"bench compare(?! --runs)")]
    private static partial Regex ComparePattern();

    [GeneratedRegex(@"--(seconds|warm-up) \d+")]
    private static partial Regex SecondsPattern();

    // Without a time of its own.
    [GeneratedRegex(@"bench live --runs(?!.*--seconds)")]
    private static partial Regex LivePattern();

    [GeneratedRegex(@"bench micro\b")]
    private static partial Regex MicroPattern();

    [GeneratedRegex(@"bench admissions\b")]
    private static partial Regex AdmissionsPattern();

    [GeneratedRegex(@"bench soak\b")]
    private static partial Regex SoakPattern();

    [GeneratedRegex(@"bench reports\b")]
    private static partial Regex ReportsPattern();

    [GeneratedRegex(@"--port \d+")]
    private static partial Regex PortPattern();
}
