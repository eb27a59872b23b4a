using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>
/// A copy of the repository beside a container engine, in which the registries that the pages name are those of <c>WANDB_E2E_REGISTRY</c> and
/// <c>WANDB_E2E_MIRROR</c>: where images are built, pushed, carried and run as the pages say. What it brings into the engine it takes away.
/// </summary>
internal sealed partial class ImagePlace : IDisposable
{
    public const string Needs = "needs docker with buildx, helm, skopeo and WANDB_E2E_REGISTRY (docs/testing.md)";

    private const string Released = "ghcr.io";
    private const string Mirrored = "registry.corp.example";
    private const string Builder = "wandb-release";
    private const string List = "charts/wandb-operator/images.txt";

    // Bases, compilers and packages come over the network first.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(90);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wandb-images-");
    private readonly bool _builderWasThere;

    public ImagePlace()
    {
        Do($"git -C {Repository.Root} ls-files --cached --others --exclude-standard | (cd {Repository.Root} && xargs -d '\\n' cp --parents -t {_folder.FullName})");
        var list = Path.Combine(_folder.FullName, List);
        File.WriteAllText(list, Here(File.ReadAllText(list)));
        Images = File.ReadAllLines(list);
        _builderWasThere = Run($"docker buildx inspect {Builder}").Status == 0;
    }

    public static bool IsThere =>
        Programs.IsOnPath("helm") && Programs.IsOnPath("skopeo") && Registry.Length > 0 && Programs.IsOnPath("docker") && Programs.Run("docker", "buildx", "version").Status == 0;

    /// <summary>As the chart lists them, in the registry of this place.</summary>
    public IReadOnlyList<string> Images { get; }

    private static string Registry => Programs.Variable("WANDB_E2E_REGISTRY");

    private static string Mirror => Programs.Variable("WANDB_E2E_MIRROR") is { Length: > 0 } mirror ? mirror : Registry;

    /// <summary>Runs the blocks of a page for a container engine, one after the other; the assignments of the first hold for all.</summary>
    /// <param name="look">Called after each block.</param>
    public void Follow(string page, Action<ShellBlock> look)
    {
        var blocks = DocumentedCommands.Blocks(page).Where(block => block.Place == BlockPlace.Engine).ToList();
        Assert.NotEmpty(blocks);
        var assignments = string.Join('\n', AssignmentPattern().Matches(blocks[0].Text).Select(line => line.Value));
        foreach (var block in blocks.Where(block => !_builderWasThere || !block.Text.Contains("buildx create", StringComparison.Ordinal)))
        {
            var (status, output, error) = Run(Here($"{assignments}\n{block.Text}"));
            Assert.True(status == 0, $"{block.Page}:{block.Line} ended with {status}:\n{output}\n{error}");
            look(block);
            // Another machine loads them, which does not have them yet.
            if (block.Text.Contains("docker save", StringComparison.Ordinal))
                Do($"docker rmi {string.Join(' ', Images)}");
        }
    }

    /// <returns>What stands behind a tag: one manifest for each platform, and one with statements for each of these.</returns>
    public IReadOnlyList<JsonNode> Manifests(string image) => [.. JsonNode.Parse(Do($"docker buildx imagetools inspect --raw {image}"))!["manifests"].Items()];

    public string Digest(string image) => Do($"docker buildx imagetools inspect {image} --format '{{{{.Manifest.Digest}}}}'");

    /// <summary>Runs an image as a cluster would: another user, nothing writable but what is mounted.</summary>
    /// <param name="options">Of <c>docker run</c>.</param>
    public string Start(string image, string arguments, string options = "") => Do($"docker run --rm --read-only --user 1234567 --cap-drop ALL {options} {image} {arguments}");

    /// <returns>What the command says; it must end with 0.</returns>
    public string Do(string script)
    {
        var (status, output, error) = Run(script);
        Assert.True(status == 0, $"{script} ended with {status}:\n{output}\n{error}");
        return output.Trim();
    }

    /// <summary>The image's name in the mirror.</summary>
    public static string InMirror(string image) => $"{Mirror}/mirror/{image[(image.IndexOf('/', StringComparison.Ordinal) + 1)..]}";

    public void Dispose()
    {
        Run($"docker rmi {string.Join(' ', Images.Concat(Images.Select(InMirror)))}");
        if (!_builderWasThere)
            Run($"docker buildx rm {Builder}");
        _folder.Delete(recursive: true);
    }

    private static string Here(string text) => text.Replace(Released, Registry, StringComparison.Ordinal).Replace(Mirrored, Mirror, StringComparison.Ordinal);

    // The copy is no clone: commits are those of the repository. The builder of the page, whatever the user's is.
    private (int Status, string Output, string Error) Run(string script) => Programs.Run(
        Limit, "env", "-C", _folder.FullName, $"GIT_DIR={Path.Combine(Repository.Root, ".git")}", $"BUILDX_BUILDER={Builder}", "bash", "-euo", "pipefail", "-c", script);

    [GeneratedRegex(@"^\w+=.*$", RegexOptions.Multiline)]
    private static partial Regex AssignmentPattern();
}
