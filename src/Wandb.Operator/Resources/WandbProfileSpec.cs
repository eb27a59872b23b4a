namespace Wandb.Operator.Resources;

/// <summary>What a platform team says for all runs of a namespace.</summary>
internal sealed record WandbProfileSpec : RunSettings
{
    /// <summary>Certificates, PEM, that the W&amp;B server's own may be signed by, beside the system's.</summary>
    public ConfigMapKeyReference? CaBundle { get; init; }

    public ProxySettings? Proxy { get; init; }

    /// <summary>Projects that runs may name; null: all.</summary>
    public IReadOnlyList<string>? AllowedProjects { get; init; }

    /// <summary>Entities that runs may name; null: all.</summary>
    public IReadOnlyList<string>? AllowedEntities { get; init; }
}
