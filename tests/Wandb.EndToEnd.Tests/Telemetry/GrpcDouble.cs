using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Wandb.EndToEnd.Tests.Telemetry;

/// <summary>A collector on 127.0.0.1 that takes OTLP over gRPC with TLS, under a certificate that it has signed itself, and keeps what it is sent.</summary>
internal sealed class GrpcDouble : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly Lock _gate = new();
    private readonly List<(string Path, ByteString Body)> _calls = [];

    private GrpcDouble(string folder)
    {
        _certificate = NewCertificate();
        CertificateFile = Path.Combine(folder, "collector.pem");
        File.WriteAllText(CertificateFile, _certificate.ExportCertificatePem());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(_certificate);
        }));
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    public string Url => _app.Urls.Single();

    /// <summary>What a machine must trust.</summary>
    public string CertificateFile { get; }

    public IReadOnlyList<(string Path, ByteString Body)> Calls
    {
        get
        {
            lock (_gate)
                return [.. _calls];
        }
    }

    /// <param name="folder">Gets the certificate.</param>
    public static async Task<GrpcDouble> StartAsync(string folder, CancellationToken ct)
    {
        var collector = new GrpcDouble(folder);
        await collector._app.StartAsync(ct);
        return collector;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        var body = await ByteString.FromStreamAsync(context.Request.Body, context.RequestAborted);
        lock (_gate)
            _calls.Add((context.Request.Path.Value ?? "", body));
        context.Response.ContentType = "application/grpc";
        // A message without content: not compressed, 0 bytes.
        await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static X509Certificate2 NewCertificate()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=collector", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
