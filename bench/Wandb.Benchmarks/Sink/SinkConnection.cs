using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Wandb.Benchmarks.Sink;

/// <summary>
/// One connection of the sink: (1) head, (2) body, (3) answer, again and again. Its two buffers grow to the largest body and are kept.
/// </summary>
internal sealed class SinkConnection(Stream stream, SinkAnswers answers)
{
    private byte[] buffer = new byte[64 * 1024];
    private int filled;
    private byte[] body = new byte[64 * 1024];
    private byte[] unpacked = [];

    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        while (await ReadHeadAsync(cancellationToken) is { } head)
        {
            if (head.ExpectsContinue)
            {
                await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellationToken);
            }

            int wireBytes = head.IsChunked ? await ReadChunksAsync(cancellationToken) : await ReadBodyAsync(head.ContentLength, cancellationToken);
            ReadOnlyMemory<byte> content = head.IsGzip ? Unpack(wireBytes) : body.AsMemory(0, wireBytes);
            (int status, ReadOnlyMemory<byte> answer) = answers.To(head, content, wireBytes);
            await AnswerAsync(status, answer, cancellationToken);
            if (head.Closes)
            {
                return;
            }
        }
    }

    /// <returns>Null when the client has ended the connection between two requests.</returns>
    private async Task<RequestHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        int end;
        while ((end = buffer.AsSpan(0, filled).IndexOf(RequestHead.End)) < 0)
        {
            if (filled == buffer.Length)
            {
                throw new InvalidDataException("The head of a request is longer than 64 KiB.");
            }

            if (!await FillAsync(cancellationToken))
            {
                return filled == 0 ? null : throw new EndOfStreamException();
            }
        }

        RequestHead head = RequestHead.Parse(buffer.AsSpan(0, end));
        Consume(end + RequestHead.End.Length);
        return head;
    }

    private async Task<int> ReadBodyAsync(long length, CancellationToken cancellationToken)
    {
        EnsureBody(checked((int)length));
        await ReadIntoBodyAsync(0, (int)length, cancellationToken);
        return (int)length;
    }

    /// <summary>RFC 9112 section 7.1: size in hexadecimal, data, again until a size of zero; trailers are not read by anyone here.</summary>
    private async Task<int> ReadChunksAsync(CancellationToken cancellationToken)
    {
        int length = 0;
        while (true)
        {
            string line = await ReadLineAsync(cancellationToken);
            int size = int.Parse(line.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                while ((await ReadLineAsync(cancellationToken)).Length > 0)
                {
                }

                return length;
            }

            EnsureBody(length + size);
            await ReadIntoBodyAsync(length, size, cancellationToken);
            length += size;
            await ReadLineAsync(cancellationToken);
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        int end;
        while ((end = buffer.AsSpan(0, filled).IndexOf("\r\n"u8)) < 0)
        {
            if (!await FillAsync(cancellationToken))
            {
                throw new EndOfStreamException();
            }
        }

        string line = Encoding.ASCII.GetString(buffer, 0, end);
        Consume(end + 2);
        return line;
    }

    private async Task ReadIntoBodyAsync(int offset, int length, CancellationToken cancellationToken)
    {
        int atHand = Math.Min(length, filled);
        buffer.AsSpan(0, atHand).CopyTo(body.AsSpan(offset));
        Consume(atHand);
        await stream.ReadExactlyAsync(body.AsMemory(offset + atHand, length - atHand), cancellationToken);
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        int read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken);
        filled += read;
        return read > 0;
    }

    private void Consume(int length)
    {
        buffer.AsSpan(length, filled - length).CopyTo(buffer);
        filled -= length;
    }

    private void EnsureBody(int length)
    {
        if (body.Length < length)
        {
            Array.Resize(ref body, Math.Max(length, body.Length * 2));
        }
    }

    private ReadOnlyMemory<byte> Unpack(int length)
    {
        using var packed = new GZipStream(new MemoryStream(body, 0, length), CompressionMode.Decompress);
        int size = 0;
        while (true)
        {
            if (size == unpacked.Length)
            {
                Array.Resize(ref unpacked, Math.Max(1 << 20, unpacked.Length * 2));
            }

            int read = packed.Read(unpacked.AsSpan(size));
            if (read == 0)
            {
                return unpacked.AsMemory(0, size);
            }

            size += read;
        }
    }

    private async Task AnswerAsync(int status, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        byte[] head = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} {(status == 200 ? "OK" : "Refused")}\r\nContent-Type: application/json\r\nContent-Length: {content.Length}\r\n\r\n"));
        await stream.WriteAsync((byte[])[.. head, .. content.Span], cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }
}
