using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wandb.Operator.Certificates;

/// <summary>A certificate with its private key, as PEM, and what decisions need of it.</summary>
internal sealed record IssuedCertificate
{
    public required string Pem { get; init; }

    /// <summary>PKCS #8.</summary>
    public required string KeyPem { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>DNS names and addresses it is good for; empty for an authority.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Subject key identifier (RFC 5280, 4.2.1.2), in hexadecimal; "" when there is none.</summary>
    public required string KeyId { get; init; }

    /// <summary>Key identifier of whoever signed it (RFC 5280, 4.2.1.1); an authority of ours names itself.</summary>
    public required string SignerKeyId { get; init; }

    /// <returns>Null: not PEM, no certificate, or the key is not the certificate's.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "What a Secret holds may be anything; the platforms' readers throw many kinds. Unreadable is an answer.")]
    public static IssuedCertificate? Read(string? pem, string? keyPem)
    {
        if (pem is null || keyPem is null)
            return null;
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem, keyPem);
            return new IssuedCertificate
            {
                Pem = pem,
                KeyPem = keyPem,
                NotBefore = new DateTimeOffset(certificate.NotBefore),
                NotAfter = new DateTimeOffset(certificate.NotAfter),
                Names = NamesOf(certificate),
                KeyId = certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()?.SubjectKeyIdentifier ?? "",
                SignerKeyId = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier is { } signer
                    ? Convert.ToHexString(signer.Span)
                    : "",
            };
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>With its private key; the caller disposes it.</summary>
    /// <exception cref="CryptographicException">Never for a value that <see cref="Read"/> gave.</exception>
    public X509Certificate2 Load() => X509Certificate2.CreateFromPem(Pem, KeyPem);

    private static List<string> NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return names is null ? [] : [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(address => address.ToString())];
    }
}
