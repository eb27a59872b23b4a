using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Wandb.Sandbox.Backend.Storage;

/// <summary>The body of a PUT, on disk.</summary>
/// <param name="TemporaryPath">Where it lies until it is moved to its place.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Md5">Its MD5, 16 bytes.</param>
internal sealed record ReceivedUpload(string TemporaryPath, long SizeBytes, byte[] Md5)
{
    private const int BufferBytes = 1 << 16;

    public string Md5Base64 => Convert.ToBase64String(Md5);

    public string Md5Hex => Convert.ToHexStringLower(Md5);

    /// <summary>Reads a body to its end without keeping it in memory.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "W&B's digests and S3's Content-MD5 are MD5.")]
    public static async Task<ReceivedUpload> ReceiveAsync(Stream body, string temporaryPath, CancellationToken cancellationToken)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var size = 0L;
            await using var file = File.Create(temporaryPath);
            for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0; size += read)
            {
                md5.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            return new ReceivedUpload(temporaryPath, size, md5.GetHashAndReset());
        }
        catch
        {
            File.Delete(temporaryPath);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Puts parts together in the order of their numbers.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "W&B's digests are MD5.")]
    public static ReceivedUpload Join(IEnumerable<ReceivedUpload> parts, string temporaryPath)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var whole = File.Create(temporaryPath);
        var buffer = new byte[BufferBytes];
        foreach (var part in parts)
        {
            using var file = File.OpenRead(part.TemporaryPath);
            for (int read; (read = file.Read(buffer)) > 0;)
            {
                md5.AppendData(buffer, 0, read);
                whole.Write(buffer, 0, read);
            }
        }

        return new ReceivedUpload(temporaryPath, whole.Length, md5.GetHashAndReset());
    }
}
