using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Wandb.Operator.Serving;

namespace Wandb.Operator.Certificates;

/// <summary>
/// What is served now. Connections that are open keep the certificate with which they began; new ones get the one set last, without a pause.
/// Safe for concurrent use.
/// </summary>
internal sealed class ServingCertificate(TimeProvider time) : IReadiness
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Replaced as a whole. Certificates that are not served any more are left to the collector: a handshake may be using them.
    private volatile Served? _served;

    public string Name => "certificate";

    public bool IsReady => Reason is null;

    public string? Reason => _served switch
    {
        null => "there is none yet",
        { NotAfter: var end } when end <= time.GetUtcNow() => $"it ended at {end:u}",
        _ => null,
    };

    /// <summary>PEM of what a client must trust; null until there is a certificate, or where clients are to trust what their system does.</summary>
    public string? Bundle => _served?.Bundle;

    /// <summary>Until what is served ends; negative: it has ended; null: there is none yet.</summary>
    public TimeSpan? Lifetime => _served is { } served ? served.NotAfter - time.GetUtcNow() : null;

    public Task WhenThereAsync(CancellationToken ct) => _first.Task.WaitAsync(ct);

    /// <param name="chain">PEM: what is sent beside it; "" when it is signed by a root.</param>
    public void Set(IssuedCertificate certificate, string chain, string? bundle)
    {
        if (_served is { } before && before.Pem == certificate.Pem && before.Chain == chain && before.Bundle == bundle)
            return;
        var others = new X509Certificate2Collection();
        others.ImportFromPem(chain);
        // Offline: nothing is fetched; who signed it is in the chain or known to the client.
        var context = SslStreamCertificateContext.Create(certificate.Load(), others, offline: true);
        _served = new Served(certificate.Pem, chain, bundle, certificate.NotAfter, context);
        _first.TrySetResult();
    }

    /// <exception cref="AuthenticationException">There is none yet: the handshake fails.</exception>
    public SslServerAuthenticationOptions HandshakeOptions() => new()
    {
        ServerCertificateContext = (_served ?? throw new AuthenticationException("there is no certificate yet")).Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    private sealed record Served(string Pem, string Chain, string? Bundle, DateTimeOffset NotAfter, SslStreamCertificateContext Context);
}
