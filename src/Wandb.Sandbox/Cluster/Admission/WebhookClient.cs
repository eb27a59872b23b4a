using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Admission;

/// <summary>
/// Calls webhooks over HTTPS, and trusts nothing but their caBundle. The address of a Service leads to the process that
/// <see cref="Forward"/> names; the certificate must be good for the Service's name all the same.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    private readonly ConcurrentDictionary<string, IPEndPoint> services = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HttpClient> clients = new(StringComparer.Ordinal);

    public void Forward(string ns, string service, IPEndPoint target) => services[$"{service}.{ns}.svc"] = target;

    /// <exception cref="HttpRequestException">No answer, no trust, or no 200.</exception>
    /// <exception cref="OperationCanceledException">The answer took longer than timeoutSeconds, or the caller gave up.</exception>
    /// <exception cref="FormatException">caBundle or URL is none.</exception>
    public async Task<string> CallAsync(JsonObject webhook, JsonObject review, TimeProvider time, CancellationToken cancellationToken)
    {
        var config = webhook.At("clientConfig");
        var timeout = TimeSpan.FromSeconds(webhook.Number("timeoutSeconds") ?? 10);
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(review.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var url = new UriBuilder(UrlOf(config)) { Query = string.Create(CultureInfo.InvariantCulture, $"timeout={timeout.TotalSeconds}s") }.Uri;
        using var response = await ClientFor(config.Text("caBundle") ?? "").PostAsync(url, content, either.Token);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(either.Token);
    }

    public void Dispose()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }
    }

    private static Uri UrlOf(JsonNode? config)
    {
        if (config.Text("url") is { } url)
        {
            return new Uri(url);
        }

        var service = config.At("service");
        return new Uri($"https://{service.Text("name")}.{service.Text("namespace")}.svc:{service.Number("port") ?? 443}{service.Text("path") ?? "/"}");
    }

    private HttpClient ClientFor(string caBundle) => clients.GetOrAdd(caBundle, bundle =>
    {
        var roots = new X509Certificate2Collection();
        if (bundle.Length > 0)
        {
            roots.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(bundle)));
        }

        var chain = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        chain.CustomTrustStore.AddRange(roots);
        return new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = roots.Count > 0 ? chain : null },
            ConnectCallback = ConnectAsync,
        });
    });

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            EndPoint target = services.TryGetValue(context.DnsEndPoint.Host, out var forwarded) ? forwarded : context.DnsEndPoint;
            await socket.ConnectAsync(target, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
