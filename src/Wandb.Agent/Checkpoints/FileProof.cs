using System.Security.Cryptography;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Checkpoints;

/// <summary>
/// Proves that a checkpoint belongs to a file: the digest of the first bytes, at most one block, which an append never changes.
/// An inode would prove less: files are copied, renamed and restored.
/// </summary>
/// <param name="Bytes">How many bytes the digest covers.</param>
/// <param name="Sha256">Lower-case hex.</param>
internal sealed record FileProof(int Bytes, string Sha256)
{
    /// <param name="readOffset">How far the file was read: only bytes before it are sure to stay as they are.</param>
    /// <param name="start">The first bytes of the file.</param>
    public static FileProof Of(ReadOnlySpan<byte> start, long readOffset)
    {
        var covered = start[..(int)Math.Min(Math.Min(start.Length, RunFileFormat.BlockBytes), readOffset)];
        return new FileProof(covered.Length, Convert.ToHexStringLower(SHA256.HashData(covered)));
    }

    public bool Matches(ReadOnlySpan<byte> start) =>
        start.Length >= Bytes && string.Equals(Of(start, Bytes).Sha256, Sha256, StringComparison.Ordinal);
}
