namespace Wandb.Agent.GraphQL;

/// <summary>A file that an artifact wants to store.</summary>
/// <param name="Md5">Base64 MD5 of the content.</param>
/// <param name="Parts">The parts of a multipart upload; null for an ordinary one.</param>
internal sealed record ArtifactFileSpec(string Name, string Md5, string? MimeType, IReadOnlyList<UploadPart>? Parts);
