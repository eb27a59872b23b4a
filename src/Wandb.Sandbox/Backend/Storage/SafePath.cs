using System.Security.Cryptography;
using System.Text;

namespace Wandb.Sandbox.Backend.Storage;

/// <summary>Names that clients choose, as names of files: nothing leaves its folder, nothing is too long for a file system.</summary>
internal static class SafePath
{
    // ext4 and others: 255 bytes a name; escaping triples a byte at most.
    private const int MaxSegmentChars = 120;

    /// <summary>One segment. Two different names never give the same segment, except by a collision of 64 bits.</summary>
    public static string Segment(string name)
    {
        var escaped = name switch
        {
            "" => "%",
            "." or ".." => name.Replace(".", "%2E", StringComparison.Ordinal),
            _ => Uri.EscapeDataString(name),
        };
        return escaped.Length <= MaxSegmentChars
            ? escaped
            : string.Concat(escaped.AsSpan(0, 60), "~", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8)));
    }

    /// <summary>A relative path, its folders kept so that a person finds files under the names that they had.</summary>
    public static string Relative(string path) => Path.Combine([.. path.Split('/').Select(Segment)]);
}
