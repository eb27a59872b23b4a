using Wandb.Agent.Records;
using Wandb.Agent.RunFiles;
using Wandb.Benchmarks.Generate;

namespace Wandb.Benchmarks.Compare;

/// <summary>
/// A copy of a run to work on, without what a sync program left beside the original: the measured one must find nothing done, and may leave what it
/// likes. The copy is removed in the end.
/// </summary>
internal sealed class CopiedRun : IDisposable
{
    private CopiedRun(GeneratedRun run) => Run = run;

    public GeneratedRun Run { get; }

    /// <param name="folder">Holds `wandb/…-run-…`; a generated one, or one of the real SDK, whose rows are counted.</param>
    public static CopiedRun Of(string folder)
    {
        GeneratedRun original = GeneratedRun.IsDescribed(folder) ? GeneratedRun.Read(folder) : Count(Path.GetFullPath(folder));
        string target = Directory.CreateTempSubdirectory("wandb-bench-run-").FullName;
        string runFolder = Path.Combine(target, Path.GetRelativePath(original.Folder, original.RunFolder));
        Directory.CreateDirectory(runFolder);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(original.RunFolder, "files"), "*", SearchOption.AllDirectories).Append(original.RunFile))
        {
            string copy = Path.Combine(runFolder, Path.GetRelativePath(original.RunFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return new CopiedRun(original with { Folder = target, RunFolder = runFolder });
    }

    public void Dispose() => Directory.Delete(Run.Folder, recursive: true);

    private static GeneratedRun Count(string folder)
    {
        string runFolder = Directory.EnumerateDirectories(Path.Combine(folder, "wandb"), "*run-*").Single();
        string file = Directory.EnumerateFiles(runFolder, "run-*.wandb").Single();
        var (rows, values) = (0L, 0);
        using RunFileReader reader = RunFileReader.Open(file, offset: 0);
        while (reader.Next() is { Kind: not RecordReadKind.NeedMoreData } result)
        {
            if (result.Kind == RecordReadKind.Record && RecordEnvelope.TryParse(result.Payload, out RecordEnvelope record) && record.Kind == RecordKind.History)
            {
                rows++;
                values = Math.Max(values, Wandb.Agent.Records.Wire.HistoryRecord.Parser.ParseFrom(record.Body).Item.Count);
            }
        }

        return new GeneratedRun(folder, runFolder, Path.GetFileName(folder), rows, values, new FileInfo(file).Length);
    }
}
