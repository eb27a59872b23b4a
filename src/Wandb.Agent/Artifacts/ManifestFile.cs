using System.IO.Compression;
using Wandb.Agent.Uploads;

namespace Wandb.Agent.Artifacts;

/// <summary>Reads the file that holds the entries of a manifest too large for its record. It is never deleted.</summary>
internal static class ManifestFile
{
    /// <param name="places">The first one that is there counts.</param>
    /// <returns>Either all entries, or what is wrong.</returns>
    internal static async Task<(IReadOnlyList<ManifestEntry> Entries, ArtifactProblem? Problem)> ReadAsync(IReadOnlyList<string> places, CancellationToken ct)
    {
        var path = FileContent.FirstPresent(places);
        if (!Path.IsPathRooted(path) || new UploadSource.LocalFile(path).Open(0) is not SourceOpening.Opened opened)
            return ([], new ArtifactProblem(null, $"its manifest file {string.Join(" or ", places)} is not there or cannot be read"));
        await using var packed = opened.Content;
        await using var plain = new GZipStream(packed, CompressionMode.Decompress);
        using var lines = new StreamReader(plain);
        var entries = new List<ManifestEntry>();
        try
        {
            while (await lines.ReadLineAsync(ct) is { } line)
            {
                if (ManifestLine.Read(line) is not { } entry)
                    return ([], new ArtifactProblem(null, $"line {entries.Count + 1} of its manifest file {path} is no entry"));
                entries.Add(entry);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return ([], new ArtifactProblem(null, $"its manifest file {path} is damaged after line {entries.Count}"));
        }

        return (entries, null);
    }
}
