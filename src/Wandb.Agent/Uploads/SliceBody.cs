using System.Buffers;
using System.Net;
using Wandb.Agent.Http;

namespace Wandb.Agent.Uploads;

/// <summary>
/// A request body that is either exactly the bytes that were announced or ends the request: the last bytes are held back until
/// the digest of all of them is known, so a file that changes while it is read never arrives half old, half new.
/// </summary>
internal sealed class SliceBody(SourceSlice slice, Action onProgress) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (slice.Source.Open(slice.OffsetBytes) is not SourceOpening.Opened opened)
            throw new BodyUnavailableException("can no longer be opened");
        await using var content = opened.Content;
        using var md5 = SourceDigest.NewMd5();
        var buffer = ArrayPool<byte>.Shared.Rent(SourceDigest.ChunkBytes);
        try
        {
            for (var left = slice.LengthBytes; left > 0;)
            {
                var read = await ReadAsync(content, buffer.AsMemory(0, (int)Math.Min(left, SourceDigest.ChunkBytes)), cancellationToken);
                md5.AppendData(buffer.AsSpan(0, read));
                left -= read;
                if (left == 0 && Convert.ToBase64String(md5.GetHashAndReset()) != slice.Md5)
                    throw new BodyUnavailableException("changed while it was read");
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                onProgress();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = slice.LengthBytes;
        return true;
    }

    private static async ValueTask<int> ReadAsync(Stream content, Memory<byte> buffer, CancellationToken ct)
    {
        try
        {
            var read = await content.ReadAsync(buffer, ct);
            return read > 0 ? read : throw new BodyUnavailableException("became shorter while it was read");
        }
        catch (IOException)
        {
            // Must not look like a broken connection, which would be tried again for minutes.
            throw new BodyUnavailableException("cannot be read to its end");
        }
    }
}
