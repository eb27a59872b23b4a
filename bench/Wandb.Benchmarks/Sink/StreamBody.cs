namespace Wandb.Benchmarks.Sink;

/// <summary>Looks into a file-stream request without parsing it.</summary>
internal static class StreamBody
{
    private static ReadOnlySpan<byte> LastLineEnd => "}\"]"u8;

    private static ReadOnlySpan<byte> BetweenLines => "}\",\""u8;

    /// <summary>
    /// Lines sent for a file. Every line is a JSON object inside a JSON string, so inside of it a quotation mark always has a backslash in front:
    /// the bytes looked for can only be the ends of lines.
    /// </summary>
    /// <param name="file">Name with its quotation marks, as it stands in the body.</param>
    public static int Lines(ReadOnlySpan<byte> body, ReadOnlySpan<byte> file)
    {
        int name = body.IndexOf(file);
        if (name < 0)
        {
            return 0;
        }

        ReadOnlySpan<byte> content = body[name..];
        int end = content.IndexOf(LastLineEnd);
        return end < 0 ? 0 : content[..end].Count(BetweenLines) + 1;
    }

    /// <summary>The flag stands outside of any line, in which it would be escaped.</summary>
    public static bool IsLast(ReadOnlySpan<byte> body) => body.IndexOf("\"complete\":true"u8) >= 0;
}
