using System.Buffers.Text;
using System.Text;

namespace Wandb.Benchmarks.Sink;

/// <summary>What the sink has to know of a request before its body (RFC 9112).</summary>
/// <param name="Target">As it was sent: path and query.</param>
/// <param name="ContentLength">0 without a body; meaningless when <paramref name="IsChunked"/>.</param>
internal sealed record RequestHead(string Method, string Target, long ContentLength, bool IsChunked, bool IsGzip, bool ExpectsContinue, bool Closes)
{
    public static ReadOnlySpan<byte> End => "\r\n\r\n"u8;

    /// <param name="head">Request line and header lines, without the empty line at the end.</param>
    /// <exception cref="InvalidDataException">It is no request that the sink understands.</exception>
    public static RequestHead Parse(ReadOnlySpan<byte> head)
    {
        int lineEnd = head.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> line = lineEnd < 0 ? head : head[..lineEnd];
        string[] words = Encoding.ASCII.GetString(line).Split(' ');
        if (words is not [var method, var target, "HTTP/1.1"])
        {
            throw new InvalidDataException($"Not a request line: {Encoding.ASCII.GetString(line)}");
        }

        var request = new RequestHead(method, target, 0, false, false, false, false);
        while (lineEnd >= 0)
        {
            head = head[(lineEnd + 2)..];
            lineEnd = head.IndexOf("\r\n"u8);
            request = request.With(lineEnd < 0 ? head : head[..lineEnd]);
        }

        return request;
    }

    private RequestHead With(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon < 0)
        {
            throw new InvalidDataException($"Not a header line: {Encoding.ASCII.GetString(line)}");
        }

        ReadOnlySpan<byte> value = line[(colon + 1)..].Trim((byte)' ');
        return Encoding.ASCII.GetString(line[..colon]).ToUpperInvariant() switch
        {
            "CONTENT-LENGTH" => this with
            {
                ContentLength = Utf8Parser.TryParse(value, out long length, out int used) && used == value.Length && length >= 0
                    ? length
                    : throw new InvalidDataException("Content-Length is not a number."),
            },
            "TRANSFER-ENCODING" => this with { IsChunked = Ascii.EqualsIgnoreCase(value, "chunked") },
            "CONTENT-ENCODING" => this with { IsGzip = Ascii.EqualsIgnoreCase(value, "gzip") },
            "EXPECT" => this with { ExpectsContinue = Ascii.EqualsIgnoreCase(value, "100-continue") },
            "CONNECTION" => this with { Closes = Ascii.EqualsIgnoreCase(value, "close") },
            _ => this,
        };
    }
}
