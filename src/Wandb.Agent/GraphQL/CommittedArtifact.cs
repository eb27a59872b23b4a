namespace Wandb.Agent.GraphQL;

/// <param name="Digest">As the server holds it; null if it did not say.</param>
internal sealed record CommittedArtifact(string Id, string? Digest);
