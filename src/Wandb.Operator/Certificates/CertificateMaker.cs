using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wandb.Operator.Certificates;

/// <summary>Makes keys and certificates: ECDSA on P-256 with SHA-256, which every client of Kubernetes and of .NET takes.</summary>
internal static class CertificateMaker
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    // RFC 5280, 4.1.2.2: at most 20 octets.
    private const int SerialBytes = 16;

    /// <summary>Signs itself. It may certify one authority after it, see <see cref="CertificateState.CrossPem"/>.</summary>
    public static IssuedCertificate Authority(DateTimeOffset now, CertificateTimes times)
    {
        using var key = NewKey();
        var request = AuthorityRequest(SubjectOf(key), key);
        var identifier = request.CertificateExtensions.OfType<X509SubjectKeyIdentifierExtension>().Single();
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        using var certificate = request.CreateSelfSigned(now - CertificateTimes.Backdated, now + times.Authority);
        return Issued(certificate, key);
    }

    /// <summary>The key of an authority, certified by the one before it, for as long as that one lives.</summary>
    /// <returns>PEM.</returns>
    public static string Cross(IssuedCertificate next, IssuedCertificate before, DateTimeOffset now)
    {
        using var signer = before.Load();
        using var certified = next.Load();
        using var key = certified.GetECDsaPublicKey()!;
        var request = AuthorityRequest(certified.SubjectName, key, pathLength: 0);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(signer, true, false));
        var end = next.NotAfter < before.NotAfter ? next.NotAfter : before.NotAfter;
        using var certificate = request.Create(signer, Later(now - CertificateTimes.Backdated, before.NotBefore), end, NewSerial());
        return certificate.ExportCertificatePem();
    }

    public static IssuedCertificate Serving(IssuedCertificate authority, IReadOnlyList<string> names, DateTimeOffset now, CertificateTimes times)
    {
        using var signer = authority.Load();
        using var key = NewKey();
        // Clients look at the alternative names alone, and the subject has room for 64 characters.
        var request = new CertificateRequest("CN=wandb-operator", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(signer, true, false));
        request.CertificateExtensions.Add(AlternativeNames(names));
        var end = now + times.Serving < authority.NotAfter ? now + times.Serving : authority.NotAfter;
        using var certificate = request.Create(signer, Later(now - CertificateTimes.Backdated, authority.NotBefore), end, NewSerial());
        return Issued(certificate, key);
    }

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        // Positive, without leading zeros.
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        return serial;
    }

    // Authorities of one name and different keys confuse clients that look for an issuer by its name.
    private static X500DistinguishedName SubjectOf(ECDsa key) =>
        new($"CN=wandb-operator-{Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 4))}");

    private static CertificateRequest AuthorityRequest(X500DistinguishedName subject, ECDsa key, int pathLength = 1)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static X509Extension AlternativeNames(IReadOnlyList<string> names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }
        return alternatives.Build();
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static IssuedCertificate Issued(X509Certificate2 certificate, ECDsa key) =>
        IssuedCertificate.Read(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem())
        ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"the certificate {certificate.Subject} that was just made cannot be read"));
}
