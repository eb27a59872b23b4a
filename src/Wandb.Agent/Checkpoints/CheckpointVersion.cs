namespace Wandb.Agent.Checkpoints;

/// <summary>What is read of a checkpoint before all else: the members of another version may be others.</summary>
internal sealed record CheckpointVersion
{
    public required int Version { get; init; }
}
