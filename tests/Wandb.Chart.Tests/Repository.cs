using System.Text.Json.Nodes;
using Wandb.Operator.Manifests;

namespace Wandb.Chart.Tests;

/// <summary>The files of the repository that these tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Chart { get; } = Path("charts", "wandb-operator");

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <returns>Every document of every YAML file directly in the folder, in the order of the files.</returns>
    public static IReadOnlyList<JsonObject> Manifests(params string[] folder) =>
        [.. Directory.GetFiles(Path(folder), "*.yaml").Order(StringComparer.Ordinal).SelectMany(file => Documents(File.ReadAllText(file)))];

    public static IReadOnlyList<JsonObject> Documents(string yaml)
    {
        using var text = new StringReader(yaml);
        return [.. YamlDocuments.Read(text).OfType<JsonObject>()];
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Wandb.Operator.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException("these tests run inside the repository");
    }
}
