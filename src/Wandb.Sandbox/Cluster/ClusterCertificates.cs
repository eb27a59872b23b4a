using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wandb.Sandbox.Cluster;

/// <summary>
/// A certificate authority of this cluster alone, and the certificate of its API server. HTTPS, because kubectl sends no token over HTTP.
/// </summary>
internal sealed class ClusterCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private ClusterCertificates(X509Certificate2 authority, X509Certificate2 server)
    {
        Authority = authority;
        Server = server;
    }

    /// <summary>What clients trust.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Server { get; }

    public static ClusterCertificates Create(DateTimeOffset now)
    {
        // A clock that is a little behind must not find it too new.
        var (from, until) = (now.AddHours(-1), now.AddYears(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=wandb-sandbox-ca", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var authority = authorityRequest.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        names.AddDnsName("kubernetes.default.svc");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        using var signed = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(12));
        return new ClusterCertificates(X509CertificateLoader.LoadCertificate(authority.RawData), signed.CopyWithPrivateKey(key));
    }

    public void Dispose()
    {
        Authority.Dispose();
        Server.Dispose();
    }
}
