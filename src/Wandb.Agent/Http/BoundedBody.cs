namespace Wandb.Agent.Http;

/// <summary>Reads an answer with a bound, whatever length it claims.</summary>
internal static class BoundedBody
{
    /// <returns>At most <paramref name="maxBytes"/> bytes, and whether that was all.</returns>
    internal static async Task<(byte[] Bytes, bool IsWhole)> ReadAsync(HttpContent content, int maxBytes, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        var claimed = content.Headers.ContentLength ?? 0;
        var bytes = new byte[(int)Math.Clamp(claimed + 1, 1024, Math.Min(maxBytes, 1 << 20))];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(bytes.AsMemory(length), ct);
            if (read == 0)
                return (bytes[..length], true);
            length += read;
            if (length < bytes.Length)
                continue;
            if (length >= maxBytes)
                return (bytes, false);
            Array.Resize(ref bytes, (int)Math.Min(2L * length, maxBytes));
        }
    }
}
