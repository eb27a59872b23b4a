using System.Net;

namespace Wandb.Agent.Streaming;

/// <summary>Bytes in memory as the body of a request, handed to the connection in parts, so that it is seen that they move.</summary>
internal sealed class LinesContent(ReadOnlyMemory<byte> body, Action onProgress) : HttpContent
{
    // A part takes less than a second on any line that carries a live run.
    private const int PartBytes = 256 << 10;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var at = 0; at < body.Length; at += PartBytes)
        {
            await stream.WriteAsync(body.Slice(at, Math.Min(PartBytes, body.Length - at)), cancellationToken);
            onProgress();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
