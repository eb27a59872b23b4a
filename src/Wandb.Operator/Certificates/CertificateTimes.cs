namespace Wandb.Operator.Certificates;

/// <summary>How long things are good for. Each certificate begins <see cref="Backdated"/> before it is made.</summary>
internal sealed record CertificateTimes
{
    /// <summary>Clocks of clients may be behind.</summary>
    public static readonly TimeSpan Backdated = TimeSpan.FromHours(1);

    /// <summary>Ten years: a pod trusts the authority that there was when it was injected, for as long as it lives.</summary>
    public TimeSpan Authority { get; init; } = TimeSpan.FromDays(3650);

    /// <summary>What an authority has left when the next one is made.</summary>
    public TimeSpan AuthorityOverlap { get; init; } = TimeSpan.FromDays(365);

    public TimeSpan Serving { get; init; } = TimeSpan.FromDays(90);

    /// <summary>What a serving certificate has left when it is renewed: enough for a replica that has not seen the API server for weeks.</summary>
    public TimeSpan ServingOverlap { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// From the moment at which the caBundle has the next authority until it signs what is served. API servers see a changed caBundle
    /// within seconds; one that cannot reach etcd admits nothing.
    /// </summary>
    public TimeSpan Spread { get; init; } = TimeSpan.FromMinutes(10);
}
