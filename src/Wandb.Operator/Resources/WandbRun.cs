namespace Wandb.Operator.Resources;

/// <summary>Kind <c>WandbRun</c> of group <c>wandb-operator.io</c>.</summary>
internal sealed record WandbRun
{
    public const string KindName = "WandbRun";

    // The generated reader sets what JSON leaves out to null, over the initial value.
    public string ApiVersion { get => field ?? ResourceNames.ApiVersion; init; }

    public string Kind { get => field ?? KindName; init; }

    public required ObjectMeta Metadata { get; init; }

    public WandbRunSpec Spec { get => field ??= new(); init; }

    public WandbRunStatus? Status { get; init; }
}
