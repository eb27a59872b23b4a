using System.Diagnostics;

namespace Wandb.Operator.Certificates;

/// <summary>Plan to the state that carries it out. Pure but for the keys that it makes.</summary>
internal static class CertificateChange
{
    /// <param name="before">Null only for <see cref="CertificatePlan.Issue"/>.</param>
    public static CertificateState Of(
        CertificatePlan plan, CertificateState? before, IReadOnlyList<string> names, DateTimeOffset now, CertificateTimes times) => plan switch
        {
            CertificatePlan.Keep => before!,
            CertificatePlan.Issue => Issue(before, names, now, times),
            CertificatePlan.Renew renew => before! with { Serving = CertificateMaker.Serving(before.Authority, [.. names, .. renew.Kept ?? []], now, times) },
            CertificatePlan.Rotate => before! with { NextAuthority = CertificateMaker.Authority(now, times), NextPublishedAt = null },
            CertificatePlan.Publish => before! with { NextPublishedAt = now },
            CertificatePlan.Promote => Promote(before!, names, now, times),
            CertificatePlan.Prune => before! with { Retired = [.. before.Retired.Where(retired => retired.Until > now)] },
            _ => throw new UnreachableException(),
        };

    private static CertificateState Issue(CertificateState? before, IReadOnlyList<string> names, DateTimeOffset now, CertificateTimes times)
    {
        var authority = CertificateMaker.Authority(now, times);
        return new CertificateState
        {
            Authority = authority,
            Serving = CertificateMaker.Serving(authority, names, now, times),
            Retired = [.. before?.Retired.Where(retired => retired.Until > now) ?? []],
        };
    }

    private static CertificateState Promote(CertificateState before, IReadOnlyList<string> names, DateTimeOffset now, CertificateTimes times)
    {
        var authority = before.NextAuthority!;
        var isAlive = before.Authority.NotAfter > now;
        return new CertificateState
        {
            Authority = authority,
            CrossPem = isAlive ? CertificateMaker.Cross(authority, before.Authority, now) : null,
            Serving = CertificateMaker.Serving(authority, names, now, times),
            Retired =
            [
                .. isAlive ? [new RetiredAuthority(before.Authority.Pem, before.Serving.NotAfter)] : Array.Empty<RetiredAuthority>(),
                .. before.Retired.Where(retired => retired.Until > now),
            ],
        };
    }
}
