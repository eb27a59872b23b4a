namespace Wandb.Agent.GraphQL;

/// <param name="Digest">What the storage says about the whole file; its form is the storage's own.</param>
internal sealed record MultipartAnswer(string? Digest);
