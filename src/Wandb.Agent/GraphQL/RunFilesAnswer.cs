namespace Wandb.Agent.GraphQL;

/// <param name="Files">Those of the asked files that the server knows, in any order.</param>
internal sealed record RunFilesAnswer(IReadOnlyList<StoredRunFile> Files);
