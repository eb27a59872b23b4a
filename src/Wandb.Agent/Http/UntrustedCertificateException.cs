using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Wandb.Agent.Http;

/// <summary>A server showed a certificate that is not trusted; the message says which one and why. The exception of the runtime does not.</summary>
internal sealed class UntrustedCertificateException(string message) : AuthenticationException(message)
{
    /// <summary>For <see cref="SslClientAuthenticationOptions.RemoteCertificateValidationCallback"/>: judges as the runtime does.</summary>
    public static bool ThrowIfWrong(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? X509ChainStatusFlags.NoError;
        throw new UntrustedCertificateException(Describe(certificate?.Subject, certificate?.Issuer, errors, status));
    }

    internal static string Describe(string? subject, string? issuer, SslPolicyErrors errors, X509ChainStatusFlags status)
    {
        if (subject is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "it shows none";
        var reasons = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            reasons.Add("it is for another host name");
        if ((status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
            reasons.Add("its issuer is not among those that this machine trusts (SSL_CERT_FILE or SSL_CERT_DIR names more)");
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            reasons.Add("it has expired or is not valid yet");
        if (status.HasFlag(X509ChainStatusFlags.Revoked))
            reasons.Add("it was revoked");
        var rest = status & ~(X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.Revoked);
        if (reasons.Count == 0)
            reasons.Add($"it is not acceptable ({rest})");
        return $"{subject}, issued by {issuer}: {string.Join(", and ", reasons)}";
    }
}
