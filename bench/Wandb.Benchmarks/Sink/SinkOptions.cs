namespace Wandb.Benchmarks.Sink;

/// <param name="Port">On 127.0.0.1; 0: a free one.</param>
/// <param name="IsHttps">With a certificate of its own; see <see cref="CountingSink.CertificatePem"/>.</param>
/// <param name="OffersGzip">Tells clients that file-stream bodies may be compressed.</param>
internal sealed record SinkOptions(int Port, bool IsHttps, bool OffersGzip)
{
    /// <summary>Answers 429 beyond two file-stream requests a second and run, of which two may come at once; default off.</summary>
    public bool HasRateLimit { get; init; }

    /// <summary>Told of each file-stream request that was accepted, on the thread that answers it; default nobody.</summary>
    public Action<StreamArrival> OnStream { get; init; } = _ => { };

    /// <summary>Owner of every run.</summary>
    public const string Entity = "bench";

    /// <summary>Any key is let in; this one has the length that clients check.</summary>
    public const string ApiKey = "0000000000000000000000000000000000000bee";

    public const string StoragePath = "/storage/";
}
