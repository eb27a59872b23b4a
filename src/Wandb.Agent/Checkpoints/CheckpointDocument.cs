using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace Wandb.Agent.Checkpoints;

/// <summary>A checkpoint as it is stored: JSON whose last member shows whether the bytes before it are those that were written.</summary>
internal static class CheckpointDocument
{
    private const int ChecksumDigits = 16;

    private static ReadOnlySpan<byte> Label => ",\"checksum\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}"u8;

    public static byte[] Of(Checkpoint checkpoint)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(checkpoint, CheckpointJson.Default.Checkpoint);
        // Without the brace at its end.
        var content = json.AsSpan(..^1);
        return [.. content, .. Label, .. Checksum(content), .. End];
    }

    /// <returns>False when the content is not what was written. Earlier agents wrote no checksum: theirs is believed.</returns>
    public static bool IsWhole(ReadOnlySpan<byte> document)
    {
        document = document.TrimEnd(" \t\r\n"u8);
        var at = document.Length - (Label.Length + ChecksumDigits + End.Length);
        if (at < 0 || !document[at..].StartsWith(Label))
            return true;
        return document[(at + Label.Length)..^End.Length].SequenceEqual(Checksum(document[..at])) && document.EndsWith(End);
    }

    /// <summary>Of a document that <see cref="Of"/> made.</summary>
    /// <returns>Empty when there is none.</returns>
    public static string ChecksumOf(ReadOnlySpan<byte> document)
    {
        document = document.TrimEnd(" \t\r\n"u8);
        var at = document.Length - (Label.Length + ChecksumDigits + End.Length);
        return at >= 0 && document[at..].StartsWith(Label) ? Encoding.ASCII.GetString(document[(at + Label.Length)..^End.Length]) : "";
    }

    private static byte[] Checksum(ReadOnlySpan<byte> content) =>
        Encoding.ASCII.GetBytes(XxHash3.HashToUInt64(content).ToString("x16", CultureInfo.InvariantCulture));
}
