using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Wandb.EndToEnd.Tests.Golden;

/// <summary>What lies below a folder: every folder, every link with its target, every file with its digest.</summary>
internal sealed record FileSnapshot(ImmutableSortedDictionary<string, string> Entries)
{
    /// <summary>Links are not followed: they are compared as links.</summary>
    public static FileSnapshot Of(string directory) =>
        new(new DirectoryInfo(directory)
            .EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .ToImmutableSortedDictionary(entry => Path.GetRelativePath(directory, entry.FullName), Describe, StringComparer.Ordinal));

    /// <summary>One line for each entry of this snapshot that is gone or different in the later one. New entries are no damage.</summary>
    public IReadOnlyList<string> DamageIn(FileSnapshot later) =>
        [.. Entries
            .Where(entry => !later.Entries.TryGetValue(entry.Key, out string? now) || now != entry.Value)
            .Select(entry => later.Entries.TryGetValue(entry.Key, out string? now)
                ? $"{entry.Key}: changed from {entry.Value} to {now}"
                : $"{entry.Key}: removed ({entry.Value})")];

    private static string Describe(FileSystemInfo entry) => entry switch
    {
        { LinkTarget: { } target } => $"link to {target}",
        DirectoryInfo => "folder",
        FileInfo file => $"file of {file.Length} bytes, sha256 {Digest(file)}",
        _ => entry.Attributes.ToString(),
    };

    private static string Digest(FileInfo file)
    {
        using FileStream content = file.OpenRead();
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
