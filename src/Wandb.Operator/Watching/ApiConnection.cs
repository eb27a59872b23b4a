using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using k8s.Authentication;
using k8s.Exceptions;

namespace Wandb.Operator.Watching;

/// <summary>
/// Connections to the API server as KubernetesClient's configuration says: trust, client certificate and credentials. Its class <c>Kubernetes</c> would bring
/// the whole API with it, which is most of what the package costs in memory and at the start. Safe for concurrent use.
/// </summary>
internal sealed class ApiConnection : IDisposable
{
    // One HTTP/2 connection carries everything. If its server dies without a word, requests hang until the pings say so: after 25 s.
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(15);

    private readonly HttpClient _client;
    private readonly Uri _base;
    private readonly string? _host;
    private readonly Version _version;
    private readonly ServiceClientCredentials? _credentials;

    /// <exception cref="KubeConfigException">The server's address or the client certificate is none.</exception>
    public ApiConnection(KubernetesClientConfiguration configuration)
    {
        if (!Uri.TryCreate(configuration.Host, UriKind.Absolute, out var server) || (server.Scheme != Uri.UriSchemeHttps && server.Scheme != Uri.UriSchemeHttp))
            throw new KubeConfigException($"the server's address '{configuration.Host}' is no URL that begins with https:// or http://");
        // It may have a path of its own, as servers behind a proxy do.
        _base = server.AbsolutePath.EndsWith('/') ? server : new UriBuilder(server) { Path = $"{server.AbsolutePath}/" }.Uri;
        _host = string.IsNullOrWhiteSpace(configuration.TlsServerName) ? null : configuration.TlsServerName;
        _version = configuration.DisableHttp2 ? HttpVersion.Version11 : HttpVersion.Version20;
        _credentials = Credentials(configuration);
        _client = new HttpClient(Handler(configuration)) { Timeout = Timeout.InfiniteTimeSpan };
        if (configuration.UserAgent is { Length: > 0 } agent)
            _client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", agent);
    }

    /// <returns>When the headers of the answer are there.</returns>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Action<HttpRequestMessage> complete, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(method, new Uri(_base, path.TrimStart('/'))) { Version = _version };
        message.Headers.Host = _host;
        complete(message);
        if (_credentials is not null)
            await _credentials.ProcessHttpRequestAsync(message, ct);
        return await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler Handler(KubernetesClientConfiguration configuration)
    {
        var handler = new SocketsHttpHandler
        {
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = PingAfter,
            KeepAlivePingTimeout = PingLimit,
            ConnectTimeout = ConnectLimit,
            EnableMultipleHttp2Connections = true,
        };
        if (configuration.SkipTlsVerify)
            handler.SslOptions.RemoteCertificateValidationCallback = TrustAnybody();
        else if (configuration.SslCaCerts is { Count: > 0 } authorities)
            handler.SslOptions.CertificateChainPolicy = TrustOnly(authorities);
        if (ClientCertificate(configuration) is { } certificate)
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        return handler;
    }

    [SuppressMessage("Security", "CA5359", Justification = "insecure-skip-tls-verify of the kubeconfig asks for it by name.")]
    private static RemoteCertificateValidationCallback TrustAnybody() => (_, _, _, _) => true;

    private static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        // An API server's certificate has no revocation list.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static ServiceClientCredentials? Credentials(KubernetesClientConfiguration configuration) => configuration switch
    {
        { TokenProvider: { } provider } => new TokenCredentials(provider),
        { AccessToken: { Length: > 0 } token } => new TokenCredentials(token),
        { Username: { Length: > 0 } user } => new BasicAuthenticationCredentials { UserName = user, Password = configuration.Password },
        _ => null,
    };

    private static X509Certificate2? ClientCertificate(KubernetesClientConfiguration configuration)
    {
        var certificate = Pem("client certificate", configuration.ClientCertificateFilePath, configuration.ClientCertificateData);
        var key = Pem("client key", configuration.ClientKeyFilePath, configuration.ClientCertificateKeyData);
        if (certificate is null || key is null)
            return null;
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (CryptographicException exception)
        {
            throw new KubeConfigException($"the client certificate cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>The file goes before the data, as KubernetesClient has it.</summary>
    private static string? Pem(string what, string? file, string? data)
    {
        try
        {
            if (!string.IsNullOrWhiteSpace(file))
                return File.ReadAllText(file);
            return string.IsNullOrWhiteSpace(data) ? null : Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"the {what} cannot be read: {exception.Message}", exception);
        }
        catch (FormatException exception)
        {
            throw new KubeConfigException(string.Create(CultureInfo.InvariantCulture, $"the {what} must be base64 and is none: {exception.Message}"), exception);
        }
    }
}
