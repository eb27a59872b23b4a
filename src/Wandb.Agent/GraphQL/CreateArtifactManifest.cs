using System.Diagnostics;
using System.Text.Json;
using Wandb.Agent.Http;

namespace Wandb.Agent.GraphQL;

/// <summary>Creates the manifest of an artifact version; called again with its digest, it gives the URL for the content.</summary>
internal static class CreateArtifactManifest
{
    private const string Document =
        """
        mutation CreateArtifactManifest(
          $artifactID: ID!, $baseArtifactID: ID, $name: String!, $digest: String!, $entityName: String!, $projectName: String!,
          $runName: String!, $manifestType: ArtifactManifestType!, $includeUpload: Boolean!
        ) {
          createArtifactManifest(input: {
            artifactID: $artifactID, baseArtifactID: $baseArtifactID, name: $name, digest: $digest,
            entityName: $entityName, projectName: $projectName, runName: $runName, type: $manifestType
          }) {
            artifactManifest { id file { id uploadUrl @include(if: $includeUpload) uploadHeaders @include(if: $includeUpload) } }
          }
        }
        """;

    /// <param name="digest">Base64 MD5 of the content; null asks for an id only.</param>
    internal static GraphQLRequest<ArtifactManifestUpload> Request(
        RunPath run, string artifactId, string? baseArtifactId, ArtifactManifestKind kind, string? digest) => new(
        "CreateArtifactManifest",
        Document,
        json => Write(json, run, artifactId, baseArtifactId, kind, digest),
        data => ArtifactManifestUpload.Read(data, "createArtifactManifest"));

    private static void Write(Utf8JsonWriter json, RunPath run, string artifactId, string? baseArtifactId, ArtifactManifestKind kind, string? digest)
    {
        var (type, name) = kind switch
        {
            ArtifactManifestKind.Full => ("FULL", "wandb_manifest.json"),
            ArtifactManifestKind.Patch => ("PATCH", "wandb_manifest.patch.json"),
            ArtifactManifestKind.Incremental => ("INCREMENTAL", "wandb_manifest.incremental.json"),
            _ => throw new UnreachableException(),
        };
        json.WriteString("artifactID", artifactId);
        json.WriteText("baseArtifactID", baseArtifactId);
        json.WriteString("name", name);
        json.WriteString("digest", digest ?? "");
        json.WriteString("entityName", run.Entity);
        json.WriteString("projectName", run.Project);
        json.WriteString("runName", run.Run);
        json.WriteString("manifestType", type);
        json.WriteBoolean("includeUpload", digest is not null);
    }
}
