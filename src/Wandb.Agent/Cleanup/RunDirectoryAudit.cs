using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using System.Security.Cryptography;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.Receipts;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Cleanup;

/// <summary>
/// Looks at everything in a run directory: 1 the receipt must be of a closed run on this server, without losses, and old enough; 2 each entry
/// must be one that the receipt covers, or one that is the SDK's or the agent's own (logs, markers, checkpoints); 3 the run file must hold the
/// very bytes that the receipt names. Whatever is anything else keeps the whole directory.
/// </summary>
internal sealed class RunDirectoryAudit(string runFile, ReceiptStore receipts, string server, TimeSpan age)
{
    private readonly string _directory = Path.GetDirectoryName(Path.GetFullPath(runFile)) ?? "/";
    private readonly string _name = Path.GetFileName(runFile);

    /// <exception cref="IOException">Something cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be read.</exception>
    public AuditResult Run(DateTimeOffset now)
    {
        // 1
        if (receipts.Load() is not { } receipt)
            return new AuditResult.Kept("it has no receipt of this agent");
        if (Problem(receipt) is { } problem)
            return new AuditResult.Kept(problem);
        if (receipt.FinishedAt + age is var until && now < until)
            return new AuditResult.TooYoung(until);
        // 2
        var files = receipt.Files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        var entries = Entries();
        foreach (var entry in entries)
        {
            if (!IsCovered(entry, files))
                return new AuditResult.Kept($"{entry.Path} in it is not covered by the receipt");
        }
        // 3
        if (!IsSameRunFile(receipt.RunFile))
            return new AuditResult.Kept("the run file is not the one of the receipt any more");
        return new AuditResult.Covered(
            [.. entries.Where(entry => !entry.IsDirectory).Select(entry => entry.Path).OrderBy(Turn).ThenBy(path => path, StringComparer.Ordinal)],
            [.. entries.Where(entry => entry.IsDirectory).Select(entry => entry.Path).OrderByDescending(path => path.Count(c => c == '/'))],
            $"{receipt.Entity}/{receipt.Project}/{receipt.Run}");
    }

    private string? Problem(Receipt receipt) => receipt switch
    {
        { ReceiptVersion: not Receipt.CurrentVersion } => "its receipt is of another version of this agent",
        { State: not "synced" } => "its run is open",
        { Records: { Lost: > 0 } or { UnreadableBytes: > 0 } } => "its run file has bytes that nobody could read",
        _ when receipt.RunFile.Name != _name => "its receipt is of another run file",
        _ when receipt.Server != server => $"it was synced with {receipt.Server}",
        _ => null,
    };

    /// <summary>Everything below the directory; links are entries of their own and never followed.</summary>
    private IReadOnlyList<Entry> Entries() =>
    [
        .. new FileSystemEnumerable<Entry>(
            _directory,
            (ref entry) => new Entry(Path.GetRelativePath(_directory, entry.ToFullPath()), IsFolder(entry), entry.Attributes.HasFlag(FileAttributes.ReparsePoint), entry.Length),
            new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = true })
        {
            ShouldRecursePredicate = (ref entry) => IsFolder(entry),
        },
    ];

    private static bool IsFolder(in FileSystemEntry entry) => entry.IsDirectory && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint);

    private bool IsCovered(Entry entry, Dictionary<string, ReceiptFile> files)
    {
        var parts = entry.Path.Split('/');
        return parts switch
        {
            // Artifacts are cached elsewhere; what is left in tmp after a run are empty folders.
            ["files" or "logs" or "tmp", ..] when entry.IsDirectory => true,
            [StateDirectory.FolderName, "quarantine", ..] => false,
            [StateDirectory.FolderName, ..] => !entry.IsLink,
            ["logs", var log] => !entry.IsLink && log.StartsWith("debug", StringComparison.Ordinal) && log.EndsWith(".log", StringComparison.Ordinal),
            ["files", .. var rest] => files.TryGetValue(string.Join('/', rest), out var file) && (entry.IsLink || IsSame(entry, file)),
            [var name] => !entry.IsDirectory && !entry.IsLink && IsOfRunFile(name),
            _ => false,
        };
    }

    private bool IsOfRunFile(string name) =>
        name.StartsWith(_name, StringComparison.Ordinal) && name[_name.Length..] is "" or ".synced" or ".syncstate" or ".receipt.json";

    [SuppressMessage("Security", "CA5351", Justification = "W&B names content by its MD5.")]
    private bool IsSame(Entry entry, ReceiptFile file)
    {
        if (entry.Length != file.SizeBytes)
            return false;
        using var stream = File.OpenRead(Path.Combine(_directory, entry.Path));
        return string.Equals(Convert.ToBase64String(MD5.HashData(stream)), file.Md5, StringComparison.Ordinal);
    }

    private bool IsSameRunFile(ReceiptRunFile file) =>
        FileStamp.Of(runFile) is { IsDirectory: false } stamp && stamp.Length == file.LengthBytes
        && string.Equals(RunFileReader.DigestOf(runFile, file.LengthBytes), file.Sha256, StringComparison.Ordinal);

    /// <summary>An agent that dies in between finds run file and receipt again, and goes on.</summary>
    private int Turn(string path) => path switch
    {
        _ when path == _name + ".receipt.json" => 3,
        _ when path == _name + ".synced" => 2,
        _ when path == _name => 1,
        _ => 0,
    };

    private sealed record Entry(string Path, bool IsDirectory, bool IsLink, long Length);
}
