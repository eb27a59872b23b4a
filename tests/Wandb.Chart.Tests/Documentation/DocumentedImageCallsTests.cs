namespace Wandb.Chart.Tests.Documentation;

/// <summary>
/// Blocks marked <c>sh docker</c> where there is no engine: they are run with something in the place of its programs that writes down the calls. What the programs
/// would make of them, <see cref="DocumentedImageTests"/> sees.
/// </summary>
public sealed class DocumentedImageCallsTests
{
    private static readonly string[] Programs = ["docker", "skopeo", "helm", "git"];
    private static readonly string[] Images = File.ReadAllLines(Repository.Path("charts", "wandb-operator", "images.txt"));
    private static readonly string[] InMirror = [.. Images.Select(image => "registry.corp.example/mirror/" + image.Split('/', 2)[1])];

    [Fact]
    public async Task Images_of_the_chart_are_those_that_are_built_for_both_processors_and_pushed()
    {
        var calls = await CallsAsync("docs/release.md");
        var built = calls.Where(call => call is ["docker", "buildx", "build", ..]).ToList();

        Assert.Equal(Images.Order(StringComparer.Ordinal), built.Select(call => After(call, "--tag")).Order(StringComparer.Ordinal));
        Assert.All(built, call => Assert.Equal("linux/amd64,linux/arm64", After(call, "--platform")));
        Assert.All(built, call => Assert.True(File.Exists(Repository.Path(After(call, "--file"))), string.Join(' ', call)));
        Assert.All(built, call => Assert.Contains("--push", call));
    }

    [Fact]
    public async Task Each_way_into_the_mirror_carries_all_images()
    {
        var calls = await CallsAsync("docs/air-gap.md");

        Assert.Equal(InMirror, calls.Where(call => call is ["docker", "buildx", "imagetools", "create", ..]).Select(call => After(call, "--tag")));
        Assert.Equal(InMirror, calls.Where(call => call is ["docker", "push", ..]).Select(call => call[2]));
        Assert.Equal(InMirror.Select(image => "docker://" + image), calls.Where(call => call is ["skopeo", "copy", ..] && call[^1].StartsWith("docker://", StringComparison.Ordinal)).Select(call => call[^1]));
        Assert.Equal(Images, Assert.Single(calls, call => call is ["docker", "save", ..])[2..^2]);
    }

    private static string After(string[] call, string option) => call[Array.IndexOf(call, option) + 1];

    private static async Task<IReadOnlyList<string[]>> CallsAsync(string page)
    {
        using var place = new RunPlace();
        foreach (var name in Programs)
            place.AddCallWriter(name);
        await using (var shell = place.OpenShell((Url: "", ApiKey: "")))
        {
            foreach (var block in DocumentedCommands.Blocks(page).Where(block => block.Place == BlockPlace.Engine))
                await shell.RunAsync(block, block.Text, TestContext.Current.CancellationToken);
        }
        return place.Calls;
    }
}
