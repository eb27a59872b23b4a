namespace Wandb.Agent.GraphQL;

/// <param name="Files">In the order of the request.</param>
internal sealed record ArtifactFileUploads(IReadOnlyList<ArtifactFileUpload> Files);
