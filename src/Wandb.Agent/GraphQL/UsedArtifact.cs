namespace Wandb.Agent.GraphQL;

internal sealed record UsedArtifact(string Id);
