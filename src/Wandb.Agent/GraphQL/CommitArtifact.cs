using System.Text.Json;

namespace Wandb.Agent.GraphQL;

/// <summary>Makes an artifact version visible. From then on it cannot change.</summary>
internal static class CommitArtifact
{
    private const string Document =
        "mutation CommitArtifact($artifactID: ID!) { commitArtifact(input: {artifactID: $artifactID}) { artifact { id digest } } }";

    internal static GraphQLRequest<CommittedArtifact> Request(string artifactId) =>
        new("CommitArtifact", Document, json => json.WriteString("artifactID", artifactId), Read);

    private static CommittedArtifact? Read(JsonElement data) =>
        data.StringAt("commitArtifact", "artifact", "id") is { } id
            ? new CommittedArtifact(id, data.StringAt("commitArtifact", "artifact", "digest"))
            : null;
}
