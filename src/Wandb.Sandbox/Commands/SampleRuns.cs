using System.Text.Json;

namespace Wandb.Sandbox.Commands;

/// <summary>A run that the samples promise.</summary>
/// <param name="Sample">Its folder in samples/runs.</param>
/// <param name="Run">Its id.</param>
/// <param name="MinRows">Rows of history that must at least arrive.</param>
internal sealed record SampleRun(string Sample, string Run, int MinRows);

/// <summary>The runs of samples/runs, which lie beside the program.</summary>
internal sealed class SampleRuns
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly string folder;

    private SampleRuns(string folder, IReadOnlyList<SampleRun> runs) => (this.folder, Runs) = (folder, runs);

    public IReadOnlyList<SampleRun> Runs { get; }

    /// <exception cref="IOException">The samples are not there.</exception>
    public static SampleRuns Open()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "samples", "runs");
        using var list = File.OpenRead(Path.Combine(folder, "samples.json"));
        return new SampleRuns(folder, JsonSerializer.Deserialize<SampleRun[]>(list, Json) ?? []);
    }

    /// <summary>Copies the samples; a sync writes beside the run files.</summary>
    /// <returns>The "wandb" folder of each sample, in order.</returns>
    public IReadOnlyList<string> CopyTo(string target)
    {
        var samples = Runs.Select(run => run.Sample).Distinct(StringComparer.Ordinal).ToList();
        foreach (var sample in samples)
        {
            Copy(new DirectoryInfo(Path.Combine(folder, sample)), Path.Combine(target, sample));
        }

        return [.. samples.Select(sample => Path.Combine(target, sample, "wandb"))];
    }

    /// <summary>What is missing of what the samples promise; empty when all is there.</summary>
    /// <param name="rowsByRun">Rows that arrived, by run id.</param>
    public static IEnumerable<string> Missing(IEnumerable<SampleRun> promised, IReadOnlyDictionary<string, long> rowsByRun)
    {
        foreach (var run in promised)
        {
            if (!rowsByRun.TryGetValue(run.Run, out var rows))
            {
                yield return $"run {run.Run} of {run.Sample} did not arrive";
            }
            else if (rows < run.MinRows)
            {
                yield return $"run {run.Run} of {run.Sample}: {rows} of at least {run.MinRows} rows arrived";
            }
        }
    }

    private static void Copy(DirectoryInfo source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in source.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(target, file.Name));
        }

        foreach (var folder in source.EnumerateDirectories())
        {
            Copy(folder, Path.Combine(target, folder.Name));
        }
    }
}
