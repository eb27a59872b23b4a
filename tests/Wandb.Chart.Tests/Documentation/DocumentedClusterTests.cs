namespace Wandb.Chart.Tests.Documentation;

/// <summary>
/// Blocks marked <c>sh install</c> and <c>sh cluster</c> are run one page after the other, each in one shell, in the sandbox's cluster, and some of them on a real API
/// server where one is named (docs/testing.md).
/// </summary>
public sealed class DocumentedClusterTests
{
    private const string GettingStarted = "docs/getting-started.md";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A page that says only what an earlier one has said is not followed again.</summary>
    [Fact]
    public async Task Commands_for_a_cluster_do_what_the_pages_say()
    {
        // That page ends with the kinds' removal.
        var pages = DocumentedCommands.In(BlockPlace.Cluster, BlockPlace.Installation).OrderBy(page => page.Page == GettingStarted).ToList();
        RunPlace.Need(pages.SelectMany(page => page.Blocks));
        using var place = new RunPlace();
        var server = await place.StartServerAsync(Token);
        using var cluster = new ClusterPlace(place, server);
        await cluster.StartAsync(Token);

        var ran = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, blocks) in pages)
        {
            if (blocks.All(block => ran.Contains(block.Text)))
                continue;
            ran.UnionWith(blocks.Select(block => block.Text));
            cluster.MakeRoom(blocks);
            await using var shell = place.OpenShell(server, cluster.Kubeconfig);
            foreach (var block in blocks)
            {
                await shell.RunAsync(block, place.Here(block, server), Token);
                if (block.Place == BlockPlace.Installation && !block.Text.Contains("uninstall", StringComparison.Ordinal))
                    await cluster.UntilReadyAsync(Token);
            }
        }

        Assert.Equal("", cluster.LeftBehind());
    }

    [Fact]
    public async Task Ten_minutes_with_a_cluster_go_as_the_page_says()
    {
        Assert.SkipUnless(RealClusterPlace.IsThere, RealClusterPlace.Needs);
        using var place = new RunPlace();
        var server = await place.StartServerAsync(Token);
        var cluster = new RealClusterPlace(place, server);
        var blocks = TenMinutes().Where(block => block.Place is BlockPlace.Cluster or BlockPlace.Installation).ToList();
        Assert.Contains(blocks, block => block.Place == BlockPlace.Installation);

        await using (var shell = place.OpenShell(server, cluster.Kubeconfig))
        {
            foreach (var block in blocks)
            {
                await shell.RunAsync(block, place.Here(block, server), Token);
                if (block.Text.Contains("helm install", StringComparison.Ordinal))
                    cluster.LeadToServer();
            }
        }

        Assert.Equal("", cluster.LeftBehind("kubectl delete --ignore-not-found service/wandb-server secret/wandb-api-key"));
    }

    [Fact]
    public async Task The_operator_comes_up_without_Helm_as_its_page_says()
    {
        Assert.SkipUnless(RealClusterPlace.IsThere, RealClusterPlace.Needs);
        using var place = new RunPlace();
        var server = (Url: "http://127.0.0.1", ApiKey: "");
        var cluster = new RealClusterPlace(place, server);
        await using (var shell = place.OpenShell(server, cluster.Kubeconfig))
        {
            foreach (var block in DocumentedCommands.Blocks("docs/operator.md").Where(block => block.Place == BlockPlace.Installation))
                await shell.RunAsync(block, block.Text, Token);
        }

        Assert.Equal("", cluster.LeftBehind("kubectl delete -f deploy -f crds"));
    }

    // Looking around and an upgrade come before everything is taken away.
    private static IEnumerable<ShellBlock> TenMinutes()
    {
        var blocks = DocumentedCommands.Blocks(GettingStarted).ToList();
        var away = blocks.FindIndex(block => block.Text.Contains("delete", StringComparison.Ordinal));
        return [.. blocks[..away], .. DocumentedCommands.Blocks("docs/runbooks.md"), .. DocumentedCommands.Blocks("docs/compatibility.md"), .. blocks[away..]];
    }
}
