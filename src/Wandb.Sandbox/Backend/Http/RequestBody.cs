using System.IO.Compression;

namespace Wandb.Sandbox.Backend.Http;

/// <summary>A whole body in memory.</summary>
/// <param name="Content">After decompression.</param>
/// <param name="WireBytes">As it came.</param>
internal sealed record RequestBody(byte[] Content, long WireBytes)
{
    /// <summary>Far above the 10 MiB that a client may send in one request, so that a wrong client fails there and not here.</summary>
    public const long MaxBytes = 256L << 20;

    /// <returns>Null when the body or what it decompresses to is longer than <see cref="MaxBytes"/>.</returns>
    /// <exception cref="InvalidDataException">The body is not what Content-Encoding says.</exception>
    public static async Task<RequestBody?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var wire = await ReadAllAsync(request.Body, cancellationToken);
        if (wire is null || !string.Equals(request.Headers.ContentEncoding.ToString(), "gzip", StringComparison.OrdinalIgnoreCase))
        {
            return wire is null ? null : new RequestBody(wire, wire.Length);
        }

        await using var unzip = new GZipStream(new MemoryStream(wire), CompressionMode.Decompress);
        return await ReadAllAsync(unzip, cancellationToken) is { } content ? new RequestBody(content, wire.Length) : null;
    }

    private static async Task<byte[]?> ReadAllAsync(Stream body, CancellationToken cancellationToken)
    {
        var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (content.Length + read > MaxBytes)
            {
                return null;
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
