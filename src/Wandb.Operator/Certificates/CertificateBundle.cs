using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Wandb.Operator.Certificates;

/// <summary>Certificates as one PEM text, compared as a set: order and line ends do not matter.</summary>
internal static class CertificateBundle
{
    /// <summary>Every certificate of <paramref name="wanted"/> is in <paramref name="bundle"/>.</summary>
    public static bool Contains(string bundle, string wanted) => Prints(wanted).IsSubsetOf(Prints(bundle));

    public static bool AreSame(string one, string other) => Prints(one).SetEquals(Prints(other));

    /// <summary>Of a <c>caBundle</c>, which is base64 of PEM.</summary>
    /// <returns>"" where it is none.</returns>
    public static string Decode(string? base64)
    {
        var bytes = new byte[base64?.Length ?? 0];
        return Convert.TryFromBase64String(base64 ?? "", bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : "";
    }

    public static string Encode(string bundle) => Convert.ToBase64String(Encoding.UTF8.GetBytes(bundle));

    private static HashSet<string> Prints(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            return certificates.Select(certificate => certificate.GetCertHashString(HashAlgorithmName.SHA256)).ToHashSet(StringComparer.Ordinal);
        }
        catch (CryptographicException)
        {
            // Somebody's text between the markers: no certificate of ours.
            return [];
        }
        finally
        {
            foreach (var certificate in certificates)
                certificate.Dispose();
        }
    }
}
