namespace Wandb.Operator.Resources;

/// <summary>Kind <c>WandbRun</c> of group <c>wandb-operator.io</c>.</summary>
internal sealed record WandbRun
{
    public const string KindName = "WandbRun";

    public string ApiVersion { get; init; } = ResourceNames.ApiVersion;

    public string Kind { get; init; } = KindName;

    public required ObjectMeta Metadata { get; init; }

    public WandbRunSpec Spec { get; init; } = new();

    public WandbRunStatus? Status { get; init; }
}
