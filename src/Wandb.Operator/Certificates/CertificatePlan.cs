namespace Wandb.Operator.Certificates;

/// <summary>
/// What is to be done next about the certificates. Each step is one write of the Secret; whichever replica writes first has done it, and after
/// every step that may have been written by another replica, what any replica serves is still trusted:
/// 1. <see cref="Rotate"/>: the next authority is made and put into the bundle, and signs nothing.
/// 2. <see cref="Publish"/>: the webhooks' caBundle was seen to have it.
/// 3. <see cref="Promote"/>: after some time it signs what is served; the old one stays in the bundle.
/// 4. <see cref="Prune"/>: nothing signed by the old one can be served any more.
/// </summary>
internal abstract record CertificatePlan
{
    /// <summary>Names of one certificate: a few, which may change a few times before a renewal forgets those that nobody wants any more.</summary>
    public const int MaxNames = 20;

    private CertificatePlan()
    {
    }

    /// <param name="Until">When something will be due.</param>
    public sealed record Keep(DateTimeOffset Until) : CertificatePlan;

    /// <summary>There is nothing that can be served: everything is made anew.</summary>
    public sealed record Issue(string Reason) : CertificatePlan;

    /// <summary>Another serving certificate, by the same authority.</summary>
    /// <param name="Kept">
    /// Names of the present one that it keeps beside the wanted ones; null: none. Another replica, with other settings while they are changed, may want them: two
    /// that leave out each other's would renew for ever.
    /// </param>
    public sealed record Renew(string Reason, IReadOnlyList<string>? Kept = null) : CertificatePlan;

    public sealed record Rotate(string Reason) : CertificatePlan;

    public sealed record Publish : CertificatePlan;

    public sealed record Promote(string Reason) : CertificatePlan;

    public sealed record Prune : CertificatePlan;

    /// <param name="state">Of the Secret; null: there is none, or it cannot be read.</param>
    /// <param name="names">What clients call us, each a DNS name or an address.</param>
    /// <param name="isNextTrusted">Every caBundle that is ours has the next authority, as it was just read.</param>
    public static CertificatePlan For(
        CertificateState? state, IReadOnlyList<string> names, bool isNextTrusted, DateTimeOffset now, CertificateTimes times)
    {
        if (state is null)
            return new Issue("there is none");
        if (state.Authority.NotAfter <= now)
        {
            return state.NextAuthority?.NotAfter > now
                ? new Promote("the authority has ended")
                : new Issue("the authority has ended");
        }
        if (Unusable(state, now) is { } problem)
            return new Renew(problem);
        if (names.Except(state.Serving.Names, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } missing)
            return new Renew($"it is not good for {missing}", [.. state.Serving.Names.Except(names, StringComparer.OrdinalIgnoreCase).Take(MaxNames - names.Count)]);
        if (state.NextAuthority is not null)
        {
            if (state.NextPublishedAt is null && isNextTrusted)
                return new Publish();
            if (state.NextPublishedAt + times.Spread <= now)
                return new Promote("the next authority is trusted");
        }
        else if (state.Authority.NotAfter - times.AuthorityOverlap <= now)
        {
            return new Rotate("the authority is about to end");
        }
        if (RenewalOf(state, times) <= now)
            return new Renew("it is about to end");
        if (state.Retired.Any(retired => retired.Until <= now))
            return new Prune();
        return new Keep(NextMoment(state, times));
    }

    private static string? Unusable(CertificateState state, DateTimeOffset now) =>
        state.Serving.NotAfter <= now ? "it has ended"
        : state.Serving.SignerKeyId != state.Authority.KeyId ? "it is signed by another authority"
        : null;

    /// <summary>The end of time where its authority ends first: another one would live no longer, so the authority is what has to change.</summary>
    private static DateTimeOffset RenewalOf(CertificateState state, CertificateTimes times) =>
        state.Serving.NotAfter >= state.Authority.NotAfter ? DateTimeOffset.MaxValue : state.Serving.NotAfter - times.ServingOverlap;

    private static DateTimeOffset NextMoment(CertificateState state, CertificateTimes times)
    {
        var moments = new List<DateTimeOffset> { RenewalOf(state, times), state.Serving.NotAfter };
        moments.AddRange(state.Retired.Select(retired => retired.Until));
        if (state.NextAuthority is null)
            moments.Add(state.Authority.NotAfter - times.AuthorityOverlap);
        else if (state.NextPublishedAt is { } published)
            moments.Add(published + times.Spread);
        return moments.Min();
    }
}
