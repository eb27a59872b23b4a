using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Tests;

/// <summary>Run files of the real SDK, by the name of their golden case; of several in one case the first.</summary>
internal static class GoldenFiles
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "golden");

    public static IReadOnlyList<string> Names { get; } = [.. Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static byte[] Bytes(string name) =>
        File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(Folder, name), "*.wandb", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First());

    public static IReadOnlyList<byte[]> Records(string name)
    {
        var records = new List<byte[]>();
        var file = Bytes(name);
        var reader = new RecordReader(RunFileFormat.HeaderBytes);
        while (true)
        {
            var result = reader.Read(file, 0, isEnd: true);
            if (result.Kind == RecordReadKind.NeedMoreData)
                return records;
            if (result.Kind == RecordReadKind.Record)
                records.Add(result.Payload.ToArray());
        }
    }
}
