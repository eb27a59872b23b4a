namespace Wandb.Sandbox.Cluster.Storage;

/// <param name="Events">In order; null when they are forgotten or the kind is gone.</param>
/// <param name="Version">The store's version at this moment.</param>
/// <param name="Next">Ends when there may be more.</param>
internal sealed record StoreChanges(IReadOnlyList<StoreEvent>? Events, long Version, Task Next);
