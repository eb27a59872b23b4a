namespace Wandb.Agent.GraphQL;

/// <summary>Tells the digest of a patch or incremental manifest and gets the URL for its content.</summary>
internal static class UpdateArtifactManifest
{
    private const string Document =
        """
        mutation UpdateArtifactManifest($artifactManifestID: ID!, $digest: String, $baseArtifactID: ID, $includeUpload: Boolean!) {
          updateArtifactManifest(input: {artifactManifestID: $artifactManifestID, digest: $digest, baseArtifactID: $baseArtifactID}) {
            artifactManifest { id file { id uploadUrl @include(if: $includeUpload) uploadHeaders @include(if: $includeUpload) } }
          }
        }
        """;

    /// <param name="digest">Base64 MD5 of the content.</param>
    internal static GraphQLRequest<ArtifactManifestUpload> Request(string manifestId, string digest) => new(
        "UpdateArtifactManifest",
        Document,
        json =>
        {
            json.WriteString("artifactManifestID", manifestId);
            json.WriteString("digest", digest);
            json.WriteNull("baseArtifactID");
            json.WriteBoolean("includeUpload", true);
        },
        data => ArtifactManifestUpload.Read(data, "updateArtifactManifest"));
}
