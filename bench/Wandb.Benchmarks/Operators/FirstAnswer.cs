using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Wandb.Benchmarks.Operators;

/// <summary>How a process that has just been started is waited for and asked.</summary>
internal static class FirstAnswer
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    /// <param name="ask">Throws <see cref="HttpRequestException"/> until there is an answer.</param>
    /// <param name="throwIfOver">Throws when there will be none.</param>
    public static async Task WaitAsync(Func<CancellationToken, Task> ask, Action throwIfOver, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookAgain, TimeProvider.System);
        while (!await AnswersAsync(ask, cancellationToken))
        {
            throwIfOver();
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <param name="trusted">PEM of the authorities.</param>
    /// <param name="version">2.0: as the API server; 1.1: as agents.</param>
    public static HttpClient Client(IPEndPoint address, string trusted, Version version)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPem(trusted);
        return new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust } })
        {
            BaseAddress = new Uri($"https://{address}"),
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    private static async Task<bool> AnswersAsync(Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        try
        {
            await ask(cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
