using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wandb.Agent.Http;
using Xunit;

namespace Wandb.Agent.Tests.Http;

public sealed class CertificateTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_certificate_that_nobody_signed_is_named_and_tried_once()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=tracker.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = AcceptAsync(listener, certificate);
        var waits = new RecordedWaits();
        using var http = new WandbHttp(new WandbServer(new Uri($"https://{listener.LocalEndpoint}"), null), TestHttp.Fast, TimeProvider.System, waits);

        var gaveUp = Assert.IsType<HttpOutcome.GaveUp>(await http.SendAsync(
            new HttpCall(RequestKind.GraphQL, "test", HttpMethod.Post, http.Server.GraphQLUrl, _ => new StringContent("")), Ct));

        Assert.Equal((1, true), (gaveUp.Tries, gaveUp.IsUntrusted));
        Assert.True(ApiFailure.From(gaveUp).NeedsPerson);
        Assert.Contains("CN=tracker.example", gaveUp.LastReason, StringComparison.Ordinal);
        Assert.Contains("another host name", gaveUp.LastReason, StringComparison.Ordinal);
        Assert.Contains("SSL_CERT_FILE", gaveUp.LastReason, StringComparison.Ordinal);
        Assert.Empty(waits.All);
        await server;
    }

    [Theory]
    [InlineData(X509ChainStatusFlags.NotTimeValid, "it has expired or is not valid yet")]
    [InlineData(X509ChainStatusFlags.Revoked | X509ChainStatusFlags.NotTimeValid, "it has expired or is not valid yet, and it was revoked")]
    [InlineData(X509ChainStatusFlags.NotValidForUsage, "it is not acceptable (NotValidForUsage)")]
    public void The_reason_is_told(object status, string expected) => Assert.Equal(
        $"CN=a, issued by CN=b: {expected}",
        UntrustedCertificateException.Describe("CN=a", "CN=b", SslPolicyErrors.RemoteCertificateChainErrors, (X509ChainStatusFlags)status));

    private static async Task AcceptAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync(Ct);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, Ct);
            // The client has hung up: there is nothing to read.
            Assert.Equal(0, await tls.ReadAsync(new byte[1], Ct));
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            // It may also end the connection in the middle of the handshake.
        }
    }
}
