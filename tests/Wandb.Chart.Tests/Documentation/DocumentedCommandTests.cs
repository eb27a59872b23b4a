namespace Wandb.Chart.Tests.Documentation;

/// <summary>
/// Commands in the documentation are run, each page in one shell against the embedded server: the blocks marked <c>sh run</c>. <see cref="DocumentedClusterTests"/>
/// runs those for a cluster; what other marks mean, and what stands for programs that are not at hand, is in docs/testing.md.
/// </summary>
public sealed class DocumentedCommandTests
{
    private const string Collector = "http://collector.monitoring:4318";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> PagesThatRun() => new(DocumentedCommands.In(BlockPlace.Alone).Select(page => page.Page));

    [Theory]
    [MemberData(nameof(PagesThatRun))]
    public async Task Commands_of_a_page_do_what_it_says(string page)
    {
        var blocks = DocumentedCommands.Blocks(page).Where(block => block.Place == BlockPlace.Alone).ToList();
        RunPlace.Need(blocks);
        await using var collector = await OtlpCollector.StartAsync(Token);
        using var place = new RunPlace();
        var server = await place.StartServerAsync(Token);
        await using (var shell = place.OpenShell(server))
        {
            foreach (var block in blocks)
                await shell.RunAsync(block, place.Here(block, server).Replace(Collector, collector.Url, StringComparison.Ordinal), Token);
        }

        Assert.Equal(blocks.Exists(block => block.Text.Contains("OTEL_TRACES_EXPORTER=none", StringComparison.Ordinal)) ? ["/v1/metrics"] : [], collector.Paths);
    }
}
