using System.Diagnostics;
using Wandb.Agent.GraphQL;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Uploads;

namespace Wandb.Agent.Artifacts;

/// <summary>The local content of an entry, read once and compared with what the trainer logged.</summary>
/// <param name="PartBytes">Length of each part but the last; 0 if the file goes in one piece.</param>
/// <param name="Parts">Null if the file goes in one piece.</param>
/// <param name="Problem">Why the content cannot be used; null if it can.</param>
internal sealed record FileContent(UploadSource.LocalFile Source, long LengthBytes, long PartBytes, IReadOnlyList<UploadPart>? Parts, string? Problem)
{
    /// <summary>Looks at the file; reads it only if it is so large that the server must know the digests of its parts beforehand.</summary>
    internal static async Task<FileContent> LookAsync(ManifestEntry entry, ArtifactUploadOptions options, CancellationToken ct)
    {
        var path = FirstPresent(entry.LocalPaths);
        var source = new UploadSource.LocalFile(path);
        if (!Path.IsPathRooted(path))
            return Unusable(source, $"its path {path} is relative, and the run file does not say to which folder");
        switch (source.Open(0))
        {
            case SourceOpening.Missing:
                return Unusable(source, $"{string.Join(" or ", entry.LocalPaths)} is not there");
            case SourceOpening.Unreadable unreadable:
                return Unusable(source, $"{path} {Verb(unreadable.Reason)}");
            case SourceOpening.Opened opened:
                await using (opened.Content)
                {
                    return PartPlan.PartBytes(opened.LengthBytes, options) is { } partBytes
                        ? await ReadPartsAsync(entry, source, opened, partBytes, ct)
                        : new FileContent(source, opened.LengthBytes, 0, null, null);
                }

            default:
                throw new UnreachableException();
        }
    }

    /// <returns>The likeliest place if the file is at none of them.</returns>
    internal static string FirstPresent(IReadOnlyList<string> places) =>
        places.FirstOrDefault(place => RegularFile.Look(place) != RegularFile.Kind.Missing) ?? places[0];

    /// <summary>Why the content is not what was logged; null if it is.</summary>
    internal async Task<string?> CompareAsync(ManifestEntry entry, CancellationToken ct) => await SourceDigest.OfAsync(Source, ct) switch
    {
        DigestOutcome.Known known when known.Md5 == entry.Digest && known.LengthBytes == LengthBytes => null,
        DigestOutcome.Known => Changed(Source),
        DigestOutcome.Missing => $"{Source.Path} is not there",
        DigestOutcome.Unreadable unreadable => $"{Source.Path} {Verb(unreadable.Reason)}",
        _ => throw new UnreachableException(),
    };

    private static async Task<FileContent> ReadPartsAsync(
        ManifestEntry entry, UploadSource.LocalFile source, SourceOpening.Opened opened, long partBytes, CancellationToken ct)
    {
        using var whole = SourceDigest.NewMd5();
        using var part = SourceDigest.NewMd5();
        var parts = new List<UploadPart>();
        for (var left = opened.LengthBytes; left > 0; left -= partBytes)
        {
            var length = Math.Min(left, partBytes);
            var reason = await SourceDigest.ReadAsync(
                opened.Content,
                length,
                chunk =>
                {
                    whole.AppendData(chunk);
                    part.AppendData(chunk);
                },
                ct);
            if (reason is not null)
                return Unusable(source, $"{source.Path} {reason}");
            parts.Add(new UploadPart(parts.Count + 1, Convert.ToHexStringLower(part.GetHashAndReset())));
        }

        return Convert.ToBase64String(whole.GetHashAndReset()) == entry.Digest
            ? new FileContent(source, opened.LengthBytes, partBytes, parts, null)
            : Unusable(source, Changed(source));
    }

    private static FileContent Unusable(UploadSource.LocalFile source, string problem) => new(source, 0, 0, null, problem);

    private static string Changed(UploadSource.LocalFile source) => $"{source.Path} has changed since it was logged";

    private static string Verb(string reason) => reason switch
    {
        "not a regular file" => "is not a regular file",
        "permission denied" => "cannot be read: permission denied",
        _ => reason,
    };
}
