using System.Globalization;
using System.Text.Json.Nodes;

namespace Wandb.Benchmarks.Generate;

/// <summary>A generated run and what is known of it: `generated.json` in its folder.</summary>
/// <param name="Folder">Holds `generated.json` and `wandb/offline-run-…`.</param>
/// <param name="RunFolder">The run folder, absolute.</param>
internal sealed record GeneratedRun(string Folder, string RunFolder, string Shape, long Rows, int ValuesPerRow, long FileBytes)
{
    private const string DescriptionFile = "generated.json";

    public string RunFile => Directory.GetFiles(RunFolder, "run-*.wandb")[0];

    public static bool IsDescribed(string folder) => File.Exists(Path.Combine(folder, DescriptionFile));

    public static GeneratedRun Read(string folder)
    {
        string absolute = Path.GetFullPath(folder);
        JsonNode description = JsonNode.Parse(File.ReadAllText(Path.Combine(absolute, DescriptionFile)))!;
        return new GeneratedRun(
            absolute,
            Path.Combine(absolute, description["run"]!.GetValue<string>()),
            description["shape"]!.GetValue<string>(),
            description["rows"]!.GetValue<long>(),
            description["values_per_row"]!.GetValue<int>(),
            description["file_bytes"]!.GetValue<long>());
    }

    public void Write() => File.WriteAllText(
        Path.Combine(Folder, DescriptionFile),
        new JsonObject
        {
            ["run"] = Path.GetRelativePath(Folder, RunFolder),
            ["shape"] = Shape,
            ["rows"] = Rows,
            ["values_per_row"] = ValuesPerRow,
            ["file_bytes"] = FileBytes,
        }.ToJsonString() + "\n");

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Shape}: {Rows:N0} rows of {ValuesPerRow:N0} values, {FileBytes / 1e6:N1} MB");
}
