using System.Text;
using System.Text.Json;

namespace Wandb.Agent.Streaming;

/// <summary>Lines of one stream file out of a body.</summary>
/// <param name="File">Name of the stream file.</param>
/// <param name="Offset">Server line number of the first line.</param>
/// <param name="Lines">The lines as JSON strings, quotes included.</param>
internal sealed record StreamPiece(string File, long Offset, IReadOnlyList<string> Lines)
{
    /// <summary>Two halves; only for more than one line.</summary>
    public (StreamPiece First, StreamPiece Second) Halves()
    {
        var half = Lines.Count / 2;
        return (this with { Lines = [.. Lines.Take(half)] }, this with { Offset = Offset + half, Lines = [.. Lines.Skip(half)] });
    }

    /// <summary>The last line alone.</summary>
    public StreamPiece LastLine() => this with { Offset = Offset + Lines.Count - 1, Lines = [Lines[^1]] };

    /// <summary>A body with this piece alone.</summary>
    public byte[] ToBody()
    {
        var text = new StringBuilder();
        text.Append("{\"files\":{\"").Append(File).Append("\":{\"offset\":").Append(Offset).Append(",\"content\":[");
        text.AppendJoin(',', Lines).Append("]}}}");
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}

/// <summary>Takes a body apart that the server refused, so that the lines that it does take can be told from those that it does not.</summary>
internal static class RefusedBody
{
    /// <param name="body">A body that this agent made.</param>
    /// <returns>The lines by file, in the body's order, and what else the body said (<c>uploaded</c>, <c>complete</c> …) as a body of its own; null if nothing.</returns>
    public static (IReadOnlyList<StreamPiece> Pieces, byte[]? Flags) TakeApart(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var pieces = new List<StreamPiece>();
        var flags = new List<string>();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (!member.NameEquals("files"u8))
            {
                flags.Add($"\"{member.Name}\":{member.Value.GetRawText()}");
                continue;
            }
            foreach (var file in member.Value.EnumerateObject())
            {
                pieces.Add(new StreamPiece(
                    file.Name,
                    file.Value.GetProperty("offset").GetInt64(),
                    [.. file.Value.GetProperty("content").EnumerateArray().Select(line => line.GetRawText())]));
            }
        }
        return (pieces, flags.Count == 0 ? null : Encoding.UTF8.GetBytes("{" + string.Join(',', flags) + "}"));
    }
}
