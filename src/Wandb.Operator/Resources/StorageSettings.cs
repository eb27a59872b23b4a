namespace Wandb.Operator.Resources;

/// <summary>Where runs are until they are on the server: one of the two.</summary>
internal sealed record StorageSettings
{
    public EmptyDirSettings? EmptyDir { get; init; }

    public ClaimSettings? PersistentVolumeClaim { get; init; }
}
