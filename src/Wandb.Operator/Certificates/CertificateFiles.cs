using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wandb.Operator.Certificates;

/// <summary>The content of a certificate directory.</summary>
/// <param name="Certificate">First of <c>tls.crt</c>, with the key of <c>tls.key</c>.</param>
/// <param name="Chain">PEM: the others of <c>tls.crt</c>.</param>
/// <param name="Authorities">PEM of <c>ca.crt</c>; null: there is none, or no certificate in it.</param>
internal sealed record CertificateFiles(IssuedCertificate Certificate, string Chain, string? Authorities)
{
    public bool Equals(CertificateFiles? other) =>
        other is not null && Certificate.Pem == other.Certificate.Pem && Certificate.KeyPem == other.Certificate.KeyPem
        && Chain == other.Chain && Authorities == other.Authorities;

    public override int GetHashCode() => HashCode.Combine(Certificate.Pem, Authorities);

    /// <returns>
    /// Files null: nothing that can be served, and why. Beside files, the problem is one of <c>ca.crt</c>, which is left out. The files of a mounted Secret change
    /// together, but are read one by one: a key of another moment is told as such.
    /// </returns>
    public static (CertificateFiles? Files, string? Problem) Read(string directory)
    {
        try
        {
            var pem = File.ReadAllText(Path.Combine(directory, "tls.crt"));
            var key = File.ReadAllText(Path.Combine(directory, "tls.key"));
            var authorities = Path.Combine(directory, "ca.crt");
            if (IssuedCertificate.Read(pem, key) is not { } certificate)
                return (null, "tls.crt and tls.key hold no certificate with its key in PEM");
            var files = new CertificateFiles(certificate, ChainOf(pem), null);
            if (!File.Exists(authorities))
                return (files, null);
            var bundle = File.ReadAllText(authorities);
            // Empty where an issuer of cert-manager has none to give: nobody could trust that.
            return HoldsCertificates(bundle) ? (files with { Authorities = bundle }, null) : (files, "ca.crt holds no certificate");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return (null, exception.Message);
        }
    }

    /// <exception cref="CryptographicException">What is marked as a certificate is none.</exception>
    private static bool HoldsCertificates(string bundle)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(bundle);
            return certificates.Count > 0;
        }
        catch (CryptographicException exception)
        {
            throw new CryptographicException($"ca.crt cannot be read: {exception.Message}", exception);
        }
        finally
        {
            foreach (var certificate in certificates)
                certificate.Dispose();
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
