using Wandb.EndToEnd.Tests.Harness;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>A run file under the hand of a trainer.</summary>
internal sealed class GrowingFile
{
    private GrowingFile(string path) => Path = path;

    public string Path { get; }

    public long Length => new FileInfo(Path).Length;

    /// <summary>An empty file in a run directory of its own.</summary>
    public static GrowingFile In(TrainerFolder folder, string runId, string time = "20260921_120000") => new(folder.Place(runId, [], time));

    /// <summary>Appends what is missing of the file that these records make.</summary>
    public void GrowTo(RunRecords records) => Append(records.ToFile().AsSpan((int)Length));

    public void Append(ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        file.Write(bytes);
    }

    /// <summary>A copy with this content takes the place of the file.</summary>
    public void ReplaceBy(byte[] content)
    {
        var copy = Path + ".copy";
        File.WriteAllBytes(copy, content);
        File.Move(copy, Path, overwrite: true);
    }

    /// <summary>Moves the run directory.</summary>
    public GrowingFile MoveTo(string directory)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(directory)!);
        var from = System.IO.Path.GetDirectoryName(Path)!;
        if (!string.Equals(from, directory, StringComparison.Ordinal))
            Directory.Move(from, directory);
        return new GrowingFile(System.IO.Path.Combine(directory, System.IO.Path.GetFileName(Path)));
    }
}
