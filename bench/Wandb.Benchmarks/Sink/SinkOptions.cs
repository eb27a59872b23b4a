namespace Wandb.Benchmarks.Sink;

/// <param name="Port">On 127.0.0.1; 0: a free one.</param>
/// <param name="IsHttps">With a certificate of its own; see <see cref="CountingSink.CertificatePem"/>.</param>
/// <param name="OffersGzip">Tells clients that file-stream bodies may be compressed.</param>
internal sealed record SinkOptions(int Port, bool IsHttps, bool OffersGzip)
{
    /// <summary>Owner of every run.</summary>
    public const string Entity = "bench";

    /// <summary>Any key is let in; this one has the length that clients check.</summary>
    public const string ApiKey = "0000000000000000000000000000000000000bee";

    public const string StoragePath = "/storage/";
}
