namespace Wandb.Agent.Checkpoints;

/// <summary>A checkpoint file as it was read.</summary>
/// <param name="Path">The file.</param>
/// <param name="Checkpoint">Null when it cannot be used, see <paramref name="Problem"/>.</param>
/// <param name="Problem">Put behind "is"; null for one that can be understood.</param>
internal sealed record StoredCheckpoint(string Path, Checkpoint? Checkpoint, string? Problem);
