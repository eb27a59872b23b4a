namespace Wandb.Operator.Resources;

internal sealed record EmptyDirSettings
{
    /// <summary>Kubernetes quantity; null: as much as the node has.</summary>
    public string? SizeLimit { get; init; }
}
