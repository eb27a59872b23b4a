using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Wandb.Sandbox.Backend.Storage;

/// <summary>
/// Server ids in the shape of W&amp;B's: base64 of "Kind:number". The number is made from what the thing is (the first 48 bits of an
/// MD5), so two servers that were sent the same have the same ids, whatever the order: states can be compared, manifests too.
/// </summary>
internal static class StableId
{
    public static string Of(string kind, params ReadOnlySpan<string> parts)
    {
        var hash = Hash(string.Join('\0', parts));
        var number = BinaryPrimitives.ReadUInt64BigEndian(hash) >> 16;
        return Convert.ToBase64String(Encoding.UTF8.GetBytes($"{kind}:{number}"));
    }

    /// <summary>16 hexadecimal digits that stand for the parts in a URL.</summary>
    public static string Token(params ReadOnlySpan<string> parts) => Convert.ToHexStringLower(Hash(string.Join('\0', parts)).AsSpan(0, 8));

    [SuppressMessage("Security", "CA5351", Justification = "A name, not a secret: W&B's own digests are MD5.")]
    private static byte[] Hash(string text) => MD5.HashData(Encoding.UTF8.GetBytes(text));
}
