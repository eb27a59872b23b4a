namespace Wandb.Sandbox.Cluster.Storage;

/// <summary>How a write ended.</summary>
internal abstract record StoreWrite
{
    private StoreWrite()
    {
    }

    /// <summary>The object as it is stored now; the same version as before when nothing would have changed.</summary>
    public sealed record Done(StoredObject Object) : StoreWrite;

    public sealed record AlreadyExists : StoreWrite;

    public sealed record NotFound : StoreWrite;

    /// <summary>Somebody else wrote in between.</summary>
    public sealed record Conflict : StoreWrite;
}
