namespace Wandb.Agent.GraphQL;

/// <param name="State">PENDING: content is awaited. COMMITTED: the same content is there already. DELETED: as PENDING, on old servers.</param>
/// <param name="LatestId">The latest committed version of the collection; null if this is the first.</param>
internal sealed record CreatedArtifact(string Id, string State, string? LatestId)
{
    internal bool IsCommitted => State == "COMMITTED";

    internal bool AwaitsContent => State is "PENDING" or "DELETED";
}
