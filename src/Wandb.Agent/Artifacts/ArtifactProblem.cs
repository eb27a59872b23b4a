namespace Wandb.Agent.Artifacts;

/// <summary>Why an artifact cannot be completed from this machine.</summary>
/// <param name="Path">Name inside the artifact; null if it concerns the artifact as a whole.</param>
internal sealed record ArtifactProblem(string? Path, string Reason)
{
    public override string ToString() => Path is null ? Reason : $"{Path}: {Reason}";
}
