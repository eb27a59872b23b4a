using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Wandb.Agent.Uploads;

/// <summary>MD5 of content, as W&amp;B and object stores use it to name content; nothing here relies on it for security.</summary>
internal static class SourceDigest
{
    internal const int ChunkBytes = 128 << 10;

    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "The protocol's digest is MD5.")]
    internal static IncrementalHash NewMd5() => IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "The protocol's digest is MD5.")]
    internal static string OfBytes(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(MD5.HashData(bytes));

    /// <summary>Reads a source to the length that it had when it was opened.</summary>
    internal static async Task<DigestOutcome> OfAsync(UploadSource source, CancellationToken ct)
    {
        switch (source.Open(0))
        {
            case SourceOpening.Missing:
                return new DigestOutcome.Missing();
            case SourceOpening.Unreadable unreadable:
                return new DigestOutcome.Unreadable(unreadable.Reason);
            case SourceOpening.Opened opened:
                await using (opened.Content)
                {
                    using var md5 = NewMd5();
                    return await ReadAsync(opened.Content, opened.LengthBytes, chunk => md5.AppendData(chunk), ct) is { } reason
                        ? new DigestOutcome.Unreadable(reason)
                        : new DigestOutcome.Known(opened.LengthBytes, Convert.ToBase64String(md5.GetHashAndReset()));
                }

            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Hands over the next bytes of a stream in chunks.</summary>
    /// <returns>Why there were fewer; null if all came.</returns>
    internal static async Task<string?> ReadAsync(Stream stream, long lengthBytes, Action<ReadOnlySpan<byte>> onChunk, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (var left = lengthBytes; left > 0;)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, ChunkBytes)), ct);
                if (read == 0)
                    return "became shorter while it was read";
                onChunk(buffer.AsSpan(0, read));
                left -= read;
            }

            return null;
        }
        catch (IOException)
        {
            return "cannot be read to its end";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
