namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>Manifests of the repository, beside the test program.</summary>
internal static class Manifests
{
    /// <param name="folder"><c>crds</c>, <c>deploy</c>, <c>samples/kfold</c> ….</param>
    /// <returns>Paths in the order of their names.</returns>
    public static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, folder), "*.yaml").Order(StringComparer.Ordinal);

    public static string Read(string folder) => string.Join("\n---\n", Files(folder).Select(File.ReadAllText));
}
