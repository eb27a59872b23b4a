using System.Text.Json;

namespace Wandb.Agent.GraphQL;

/// <summary>Puts the parts of a multipart upload together.</summary>
internal static class CompleteMultipartUploadArtifact
{
    private const string Document =
        """
        mutation CompleteMultipartUploadArtifact(
          $completeMultipartAction: CompleteMultipartAction!, $completedParts: [UploadPartsInput!]!,
          $artifactID: ID!, $storagePath: String!, $uploadID: String!
        ) {
          completeMultipartUploadArtifact(input: {
            completeMultipartAction: $completeMultipartAction, completedParts: $completedParts,
            artifactID: $artifactID, storagePath: $storagePath, uploadID: $uploadID
          }) { digest }
        }
        """;

    /// <param name="parts">In order, with the ETags of the storage.</param>
    /// <param name="artifactId">The version that CreateArtifactFiles named for the file.</param>
    internal static GraphQLRequest<MultipartAnswer> Request(
        IReadOnlyList<UploadPart> parts, string artifactId, string storagePath, string uploadId) => new(
        "CompleteMultipartUploadArtifact",
        Document,
        json =>
        {
            json.WriteString("completeMultipartAction", "Complete");
            CreateArtifactFiles.WriteParts(json, "completedParts", parts);
            json.WriteString("artifactID", artifactId);
            json.WriteString("storagePath", storagePath);
            json.WriteString("uploadID", uploadId);
        },
        Read);

    private static MultipartAnswer? Read(JsonElement data) =>
        data.At("completeMultipartUploadArtifact") is { } answer ? new MultipartAnswer(answer.StringAt("digest")) : null;
}
