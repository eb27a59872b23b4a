namespace Wandb.Agent.GraphQL;

/// <summary>Where a file of an artifact goes.</summary>
/// <param name="BirthArtifactId">The version that first stored the content; it goes into the manifest.</param>
/// <param name="Url">Null if the server has the content already.</param>
/// <param name="Headers">"Name:Value".</param>
/// <param name="Multipart">Null for an ordinary upload.</param>
internal sealed record ArtifactFileUpload(
    string BirthArtifactId, string? StoragePath, string? Url, IReadOnlyList<string> Headers, MultipartUpload? Multipart);
