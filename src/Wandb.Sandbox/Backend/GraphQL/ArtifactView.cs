using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>An artifact as GraphQL shows it.</summary>
internal static class ArtifactView
{
    public static GraphQLObject Of(ArtifactRecord artifact, BackendState state) => new("Artifact")
    {
        { "id", artifact.Id },
        { "state", artifact.State },
        { "digest", artifact.Digest },
        { "description", artifact.Description },
        { "metadata", () => artifact.Metadata?.ToJsonString() },
        { "size", () => artifact.Files.Values.Sum(file => file.SizeBytes ?? 0) },
        { "fileCount", artifact.Files.Count },
        { "artifactType", new GraphQLObject("ArtifactType") { { "name", artifact.Type } } },
        { "currentManifest", () => artifact.Manifests.LastOrDefault() is { } manifest ? ManifestOf(manifest) : null },
        {
            "artifactSequence", new GraphQLObject("ArtifactSequence")
            {
                { "id", StableId.Of("Sequence", artifact.Entity, artifact.Project, artifact.Name) },
                { "name", artifact.Name },
                { "latestArtifact", () => Latest(artifact, state) is { } latest ? Of(latest, state) : null },
            }
        },
    };

    private static GraphQLObject ManifestOf(ManifestRecord manifest) =>
        new("ArtifactManifest") { { "id", manifest.Id }, { "digest", manifest.Digest } };

    // The newest committed version of the collection other than this one: what an incremental manifest builds on.
    private static ArtifactRecord? Latest(ArtifactRecord artifact, BackendState state) =>
        state.Artifacts.Where(other => other.Id != artifact.Id && other.State == ArtifactRecord.Committed
                && other.Entity == artifact.Entity && other.Project == artifact.Project && other.Name == artifact.Name)
            .MaxBy(other => other.CommitNumber);
}
