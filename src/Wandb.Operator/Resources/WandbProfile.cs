namespace Wandb.Operator.Resources;

/// <summary>Kind <c>WandbProfile</c> of group <c>wandb-operator.io</c>.</summary>
internal sealed record WandbProfile
{
    public const string KindName = "WandbProfile";

    /// <summary>The profile of a run that names none.</summary>
    public const string DefaultName = "default";

    public string ApiVersion { get; init; } = ResourceNames.ApiVersion;

    public string Kind { get; init; } = KindName;

    public required ObjectMeta Metadata { get; init; }

    public WandbProfileSpec Spec { get; init; } = new();

    public WandbProfileStatus? Status { get; init; }
}
