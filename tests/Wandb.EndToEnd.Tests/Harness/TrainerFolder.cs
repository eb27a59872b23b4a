using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Wandb.Agent.Records.Wire;
using Wandb.EndToEnd.Tests.Golden;

namespace Wandb.EndToEnd.Tests.Harness;

/// <summary>A folder of its own as a trainer leaves it, with run directories below <c>wandb/</c>. Disposing removes it.</summary>
internal sealed class TrainerFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("wandb-runs-").FullName;

    public string Wandb => Path.Combine(Root, "wandb");

    /// <summary>Writes the run directory of a file.</summary>
    /// <param name="time">Of the directory's name; parts of one run need different ones.</param>
    /// <returns>Path of the run file.</returns>
    public string Place(RunRecords records, string time = "20260921_120000") => Place(records.RunId, records.ToFile(), time);

    public string Place(string runId, byte[] content, string time = "20260921_120000")
    {
        var folder = Path.Combine(Wandb, $"offline-run-{time}-{runId}");
        Directory.CreateDirectory(Path.Combine(folder, "files"));
        var path = Path.Combine(folder, $"run-{runId}.wandb");
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>A file in the <c>files</c> folder of a run.</summary>
    public static void PlaceFile(string runFile, string name, string content) =>
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(runFile)!, "files", name), content);

    /// <summary>An artifact of one file, whose content is staged in this folder as the SDK does.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "W&B names content by its MD5.")]
    public ArtifactRecord Artifact(string name, string content, Action<ArtifactRecord>? change = null)
    {
        var staged = Path.Combine(Root, "staging", $"staged-{name}");
        Directory.CreateDirectory(Path.GetDirectoryName(staged)!);
        File.WriteAllText(staged, content);
        var bytes = File.ReadAllBytes(staged);
        var record = new ArtifactRecord
        {
            RunId = "",
            Project = "demo",
            Type = "dataset",
            Name = name,
            Digest = Convert.ToHexStringLower(MD5.HashData(bytes)),
            Metadata = "{}",
            Finalize = true,
            Aliases = { "latest" },
            ClientId = $"client-{name}".PadRight(128, '0'),
            SequenceClientId = $"sequence-{name}".PadRight(128, '0'),
            Manifest = new ArtifactManifest
            {
                Version = 1,
                StoragePolicy = "wandb-storage-policy-v1",
                Contents =
                {
                    new ArtifactManifestEntry
                    {
                        Path = "data.txt", Digest = Convert.ToBase64String(MD5.HashData(bytes)), Size = bytes.Length, LocalPath = staged,
                    },
                },
            },
        };
        change?.Invoke(record);
        return record;
    }

    /// <summary>The run directories without anything that an agent or another program left there: the copy on another machine.</summary>
    public TrainerFolder Copy()
    {
        var copy = new TrainerFolder();
        foreach (var path in Directory.EnumerateFiles(Wandb, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Wandb, file)))
        {
            if (IsOfAgent(path))
                continue;
            var target = Path.Combine(copy.Wandb, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(Wandb, path), target);
        }
        return copy;
    }

    public FileSnapshot Snapshot() => FileSnapshot.Of(Root);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static bool IsOfAgent(string path) =>
        path.Contains("/.wandb-agent/", StringComparison.Ordinal) || path.EndsWith(".synced", StringComparison.Ordinal)
        || path.EndsWith(".receipt.json", StringComparison.Ordinal);
}
