using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wandb.Operator.Certificates;

/// <summary>The content of a certificate directory.</summary>
/// <param name="Certificate">First of <c>tls.crt</c>, with the key of <c>tls.key</c>.</param>
/// <param name="Chain">PEM: the others of <c>tls.crt</c>.</param>
/// <param name="Authorities">PEM of <c>ca.crt</c>; null: there is none.</param>
internal sealed record CertificateFiles(IssuedCertificate Certificate, string Chain, string? Authorities)
{
    public bool Equals(CertificateFiles? other) =>
        other is not null && Certificate.Pem == other.Certificate.Pem && Certificate.KeyPem == other.Certificate.KeyPem
        && Chain == other.Chain && Authorities == other.Authorities;

    public override int GetHashCode() => HashCode.Combine(Certificate.Pem, Authorities);

    /// <returns>Files null: nothing that can be served, and why. The files of a mounted Secret change together, but are read one by one: a key of another moment is told as such.</returns>
    public static (CertificateFiles? Files, string? Problem) Read(string directory)
    {
        try
        {
            var pem = File.ReadAllText(Path.Combine(directory, "tls.crt"));
            var key = File.ReadAllText(Path.Combine(directory, "tls.key"));
            var authorities = Path.Combine(directory, "ca.crt");
            if (IssuedCertificate.Read(pem, key) is not { } certificate)
                return (null, "tls.crt and tls.key hold no certificate with its key in PEM");
            return (new CertificateFiles(certificate, ChainOf(pem), File.Exists(authorities) ? File.ReadAllText(authorities) : null), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return (null, exception.Message);
        }
    }

    private static string ChainOf(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        var chain = string.Join('\n', certificates.Skip(1).Select(certificate => certificate.ExportCertificatePem()));
        foreach (var certificate in certificates)
            certificate.Dispose();
        return chain;
    }
}
