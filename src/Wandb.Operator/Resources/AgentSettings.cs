namespace Wandb.Operator.Resources;

/// <summary>The agent's container.</summary>
internal sealed record AgentSettings
{
    public string? Image { get; init; }

    /// <summary>Host, or host and path, in place of the one in the image's name.</summary>
    public string? Registry { get; init; }

    public IReadOnlyList<LocalReference>? ImagePullSecrets { get; init; }

    public ResourceAmounts? Resources { get; init; }

    public string? LogLevel { get; init; }

    /// <summary>Base URL of a collector that takes OTLP over HTTP, for the agent's metrics and traces; null: none are made.</summary>
    public string? OtlpEndpoint { get; init; }

    /// <summary>Also beside a trainer that may be root, whose artifacts only root can read.</summary>
    public bool? RunAsNonRoot { get; init; }
}
