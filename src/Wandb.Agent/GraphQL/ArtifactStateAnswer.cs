namespace Wandb.Agent.GraphQL;

/// <param name="Exists">False if the server has no such artifact.</param>
/// <param name="State">COMMITTED, PENDING or DELETED.</param>
/// <param name="Digest">Hex digest as in the run file.</param>
internal sealed record ArtifactStateAnswer(bool Exists, string? State, string? Digest);
