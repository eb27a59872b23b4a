namespace Wandb.Operator.Resources;

internal sealed record ClaimSettings
{
    public required string ClaimName { get; init; }
}
