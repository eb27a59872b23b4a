namespace Wandb.Agent.State;

/// <param name="Values">As <see cref="ValueTree.ToSnapshot"/> makes it.</param>
internal sealed record ConfigTreeSnapshot(byte[] Values);
