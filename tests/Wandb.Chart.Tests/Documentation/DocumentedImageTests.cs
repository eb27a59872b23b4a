using System.Text.Json.Nodes;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>The images are released, carried and run as the pages say, where there is an engine for it (docs/testing.md).</summary>
public sealed class DocumentedImageTests
{
    [Fact]
    public async Task Images_are_released_and_carried_as_the_pages_say()
    {
        Assert.SkipUnless(ImagePlace.IsThere, ImagePlace.Needs);
        using var place = new ImagePlace();

        place.Follow("docs/release.md", _ => { });
        Assert.All(place.Images, image => AssertIsForBothProcessors(place.Manifests(image)));
        await AssertAgentSendsRunsAsync(place, Image(place, "wandb-agent"));
        AssertOperatorExplains(place, Image(place, "wandb-operator"));

        place.Follow("docs/air-gap.md", block =>
        {
            if (block.Text.Contains("docker push", StringComparison.Ordinal))
                Assert.All(place.Images, image => Assert.NotEmpty(place.Start(ImagePlace.InMirror(image), "--version")));
            else if (block.Text.Contains("/mirror/", StringComparison.Ordinal))
                Assert.All(place.Images, image => Assert.Equal(place.Digest(image), place.Digest(ImagePlace.InMirror(image))));
        });
    }

    private static string Image(ImagePlace place, string name) => place.Images.Single(image => image.Contains($"/{name}:", StringComparison.Ordinal));

    private static void AssertIsForBothProcessors(IReadOnlyList<JsonNode> manifests)
    {
        var processors = manifests.Select(manifest => manifest["platform"]!["architecture"].Text()).Where(name => name != "unknown");
        var statements = manifests.Count(manifest => (manifest["annotations"]?["vnd.docker.reference.type"]).Text() == "attestation-manifest");

        Assert.Equal(["amd64", "arm64"], processors.Order(StringComparer.Ordinal));
        Assert.Equal(2, statements);
    }

    private static async Task AssertAgentSendsRunsAsync(ImagePlace place, string image)
    {
        using var server = new RunPlace();
        var (url, key) = await server.StartServerAsync(TestContext.Current.CancellationToken);
        place.Do("chmod -R a+rwX samples/runs");
        var options = $"--network host --volume \"$PWD/samples/runs/kfold_group:/runs\" --env WANDB_BASE_URL={url} --env WANDB_API_KEY={key}";

        place.Start(image, "sync /runs", options);
        place.Start(image, "verify /runs", options);
    }

    private static void AssertOperatorExplains(ImagePlace place, string image) =>
        Assert.Contains("WANDB_RUN_GROUP", place.Start(image, "explain -f /samples/kfold/job.yaml -f /samples/kfold/run.yaml", "--volume \"$PWD/samples:/samples:ro\""), StringComparison.Ordinal);
}
