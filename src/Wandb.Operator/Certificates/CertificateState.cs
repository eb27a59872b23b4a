namespace Wandb.Operator.Certificates;

/// <summary>What the Secret holds: the same for all replicas.</summary>
internal sealed record CertificateState
{
    /// <summary>Signs what is served.</summary>
    public required IssuedCertificate Authority { get; init; }

    /// <summary>
    /// PEM: the key of <see cref="Authority"/>, certified by the authority before it, and served beside <see cref="Serving"/>. Pods that were
    /// injected before that one gave way know only it. Null: there was none.
    /// </summary>
    public string? CrossPem { get; init; }

    public required IssuedCertificate Serving { get; init; }

    /// <summary>Trusted already, signs nothing yet; null most of the time.</summary>
    public IssuedCertificate? NextAuthority { get; init; }

    /// <summary>Since when the webhooks' caBundle has <see cref="NextAuthority"/>; null: not yet.</summary>
    public DateTimeOffset? NextPublishedAt { get; init; }

    /// <summary>Authorities that signed what another replica may still serve.</summary>
    public IReadOnlyList<RetiredAuthority> Retired { get; init; } = [];

    /// <summary>PEM of all that a client must trust, the same text for the same state.</summary>
    public string Bundle => string.Concat(
        new[] { Authority.Pem, NextAuthority?.Pem }.OfType<string>().Concat(Retired.Select(retired => retired.Pem)).Select(pem => pem.TrimEnd() + "\n"));
}

/// <param name="Pem">Without its key: it will sign nothing more.</param>
/// <param name="Until">When the last certificate that it signed has ended.</param>
internal sealed record RetiredAuthority(string Pem, DateTimeOffset Until);
