namespace Wandb.Operator.Resources;

/// <summary>Requests and limits: resource to Kubernetes quantity.</summary>
internal sealed record ResourceAmounts
{
    public IReadOnlyDictionary<string, string>? Requests { get; init; }

    public IReadOnlyDictionary<string, string>? Limits { get; init; }
}
