namespace Wandb.Sandbox.Cluster.Storage;

internal enum StoreEventType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>What happened to one object.</summary>
/// <param name="Object">After the event; of a deleted object its last state, with the version of the deletion.</param>
/// <param name="Previous">Before the event: a watch with a selector tells of an object that no longer matches.</param>
internal sealed record StoreEvent(StoreEventType Type, StoredObject Object, StoredObject? Previous)
{
    public long Version => Object.Version;
}
