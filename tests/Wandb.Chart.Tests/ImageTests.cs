using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Wandb.Chart.Tests;

/// <summary>The Dockerfiles, the page of their commands, the chart and the projects agree: none of them is built in an ordinary run of the tests.</summary>
public sealed partial class ImageTests
{
    private static readonly string Release = File.ReadAllText(Repository.Path("docs", "release.md"));

    public static TheoryData<string> Images => new("agent", "operator");

    [Theory]
    [MemberData(nameof(Images))]
    public void Image_is_built_with_a_fixed_sdk_that_global_json_takes(string image)
    {
        // The lock file names the native compiler of one SDK: with the next one a locked restore fails.
        var sdk = Version.Parse(Argument(image, "DOTNET_SDK_VERSION"));
        using var global = JsonDocument.Parse(File.ReadAllText(Repository.Path("global.json")));
        var asked = Version.Parse(global.RootElement.GetProperty("sdk").GetProperty("version").GetString()!);

        Assert.Equal((asked.Major, asked.Minor, asked.Build / 100), (sdk.Major, sdk.Minor, sdk.Build / 100));
        Assert.True(sdk >= asked, $"SDK {sdk} of images/{image}/Dockerfile is older than {asked} of global.json");
        Assert.Equal(Argument("agent", "DOTNET_SDK_VERSION"), Argument(image, "DOTNET_SDK_VERSION"));
        Assert.Contains("dotnet/sdk:${DOTNET_SDK_VERSION}-noble ", Dockerfile(image), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Base_of_the_image_is_the_one_that_the_page_describes(string image)
    {
        var named = Bases().Matches(Dockerfile(image)).Last().Groups[1].Value.Replace("${DOTNET_VERSION}", Argument(image, "DOTNET_VERSION"), StringComparison.Ordinal);

        Assert.Contains($"| `{named}` |", Release, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Facts_that_the_page_passes_become_labels(string image)
    {
        var passed = PassedArguments().Matches(Release).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal).ToList();

        Assert.Equal(["CREATED", "REVISION", "VERSION"], passed);
        Assert.All(passed, name =>
        {
            Assert.Contains($"\nARG {name}=", Dockerfile(image), StringComparison.Ordinal);
            Assert.Contains($"=\"${{{name}}}\"", Dockerfile(image), StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Page_pushes_the_image_that_the_chart_lists(string image)
    {
        var registry = Assignment("registry");
        var version = Assignment("version");
        var listed = File.ReadAllLines(Repository.Path("charts", "wandb-operator", "images.txt")).Single(line => line.Contains($"/wandb-{image}:", StringComparison.Ordinal));

        Assert.Equal($"{registry}/wandb-{image}:{version}", listed);
        Assert.Contains($"--file images/{image}/Dockerfile", Built(image), StringComparison.Ordinal);
        Assert.Contains($"--tag $registry/wandb-{image}:$version", Built(image), StringComparison.Ordinal);
        Assert.Contains($"org.opencontainers.image.title=\"wandb-{image}\"", Dockerfile(image), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void User_of_the_image_is_a_number_and_the_charts(string image)
    {
        var values = Repository.Documents(File.ReadAllText(Repository.Path("charts", "wandb-operator", "values.yaml"))).Single();

        Assert.Equal($"{values["runAsUser"]}:{values["runAsUser"]}", Users().Match(Dockerfile(image)).Groups[1].Value);
    }

    [Theory]
    [InlineData("agent", "Wandb.Agent")]
    [InlineData("operator", "Wandb.Operator")]
    public void Image_is_built_for_the_processors_that_its_project_names_and_the_page_builds(string image, string project)
    {
        var named = XDocument.Load(Repository.Path("src", project, $"{project}.csproj")).Descendants("RuntimeIdentifiers").Single().Value.Split(';');
        var built = Processors().Matches(Dockerfile(image)).ToDictionary(match => match.Groups[2].Value, match => match.Groups[1].Value);

        Assert.Equal(named.Order(StringComparer.Ordinal), built.Keys.Order(StringComparer.Ordinal));
        Assert.Contains($"--platform {string.Join(',', built.Values.Select(processor => $"linux/{processor}"))} --file images/{image}/Dockerfile", Built(image), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Wandb.Agent")]
    [InlineData("Wandb.Operator")]
    public void Context_of_the_build_has_what_the_project_takes_from_elsewhere(string project)
    {
        var ignored = File.ReadAllLines(Repository.Path(".dockerignore"));
        var folder = Repository.Path("src", project);
        var taken = XDocument.Load(Path.Combine(folder, $"{project}.csproj")).Descendants()
            .Where(item => item.Name.LocalName is "ProjectReference" or "EmbeddedResource" or "Content" or "AdditionalFiles")
            .Select(item => item.Attribute("Include")?.Value)
            .Where(path => path is not null && path.StartsWith("..", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(Repository.Root, Path.GetFullPath(path!, folder)))
            .Concat(["global.json", "Directory.Build.props", "Directory.Packages.props", ".editorconfig", "BannedSymbols.txt", "LICENSE"])
            .ToList();

        Assert.Equal("*", ignored.First(line => !line.StartsWith('#')));
        Assert.All(taken, path =>
        {
            Assert.True(File.Exists(Repository.Path(path)), path);
            Assert.Contains($"!{path.Split('/')[0]}", ignored);
            Assert.DoesNotContain(ignored, line => !line.StartsWith('!') && path.StartsWith(line + "/", StringComparison.Ordinal));
        });
    }

    // One loop builds them all.
    private static string Built(string image) =>
        Assert.Single(Loops().Matches(Release), loop => loop.Groups[1].Value.Split(' ').Contains(image)).Groups[2].Value.Replace("$image", image, StringComparison.Ordinal);

    private static string Dockerfile(string image) => File.ReadAllText(Repository.Path("images", image, "Dockerfile"));

    private static string Argument(string image, string name) =>
        Regex.Match(Dockerfile(image), $"^ARG {name}=(.+)$", RegexOptions.Multiline).Groups[1].Value;

    private static string Assignment(string name) => Regex.Match(Release, $"^{name}=(.+)$", RegexOptions.Multiline).Groups[1].Value;

    [GeneratedRegex(@"^FROM (?:--platform=\S+ )?(\S+)", RegexOptions.Multiline)]
    private static partial Regex Bases();

    [GeneratedRegex(@"--build-arg (\w+)=")]
    private static partial Regex PassedArguments();

    [GeneratedRegex(@"^USER (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Users();

    [GeneratedRegex("^for image in ([a-z ]+); do\n(.+?)\ndone$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Loops();

    [GeneratedRegex(@"(\w+)\) rid=([\w-]+) ")]
    private static partial Regex Processors();
}
