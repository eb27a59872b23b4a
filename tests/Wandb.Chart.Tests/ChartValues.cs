namespace Wandb.Chart.Tests;

/// <summary>The sets of values that every check is made with: one file each.</summary>
internal static class ChartValues
{
    public static TheoryData<string> All() =>
        new(Directory.GetFiles(Repository.Path("tests", "Wandb.Chart.Tests", "Values"), "*.yaml")
            .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));

    public static string File(string name) => Repository.Path("tests", "Wandb.Chart.Tests", "Values", name + ".yaml");
}
