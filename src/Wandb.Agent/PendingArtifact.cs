using Wandb.Agent.Artifacts;

namespace Wandb.Agent;

/// <summary>An artifact that the server shall get.</summary>
/// <param name="Offset">Where its record begins in the run file: what it is known by.</param>
internal sealed record PendingArtifact(long Offset, string Type, string Name, string Digest, ArtifactPlan Plan);
