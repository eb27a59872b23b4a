namespace Wandb.Operator.Resources;

/// <summary>An object of the same namespace by its name.</summary>
internal sealed record LocalReference
{
    public required string Name { get; init; }
}
