namespace Wandb.Operator.Resources;

/// <summary>The way out of the agent, and of the SDK in the modes in which it uploads itself.</summary>
internal sealed record ProxySettings
{
    public string? HttpProxy { get; init; }

    public string? HttpsProxy { get; init; }

    /// <summary>Hosts and domains, separated by commas.</summary>
    public string? NoProxy { get; init; }
}
