using Wandb.Agent.Http;

namespace Wandb.Agent.Artifacts;

/// <summary>What became of the files of an artifact.</summary>
/// <param name="BirthIds">By path: the version that first stored the content. Every entry of which the server has the content is in it.</param>
/// <param name="Problems">Files that are missing here, or are not what was logged.</param>
/// <param name="Failure">What the server or the network refused; null if nothing. Its step names the operation or file.</param>
internal sealed record ArtifactFilesResult(
    IReadOnlyDictionary<string, string> BirthIds, IReadOnlyList<ArtifactProblem> Problems, (string Step, ApiFailure Cause)? Failure);
