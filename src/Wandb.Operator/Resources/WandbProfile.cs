namespace Wandb.Operator.Resources;

/// <summary>Kind <c>WandbProfile</c> of group <c>wandb-operator.io</c>.</summary>
internal sealed record WandbProfile
{
    public const string KindName = "WandbProfile";

    /// <summary>The profile of a run that names none.</summary>
    public const string DefaultName = "default";

    // The generated reader sets what JSON leaves out to null, over the initial value.
    public string ApiVersion { get => field ?? ResourceNames.ApiVersion; init; }

    public string Kind { get => field ?? KindName; init; }

    public required ObjectMeta Metadata { get; init; }

    public WandbProfileSpec Spec { get => field ??= new(); init; }

    public WandbProfileStatus? Status { get; init; }
}
