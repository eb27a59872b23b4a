using System.Text.Json;

namespace Wandb.Agent.GraphQL;

/// <summary>Asks for the state of an artifact version.</summary>
internal static class ArtifactById
{
    private const string Document = "query ArtifactById($id: ID!) { artifact(id: $id) { id state digest } }";

    internal static GraphQLRequest<ArtifactStateAnswer> Request(string artifactId) => new(
        "ArtifactById", Document, json => json.WriteString("id", artifactId), Read);

    private static ArtifactStateAnswer Read(JsonElement data) =>
        new(data.At("artifact") is not null, data.StringAt("artifact", "state"), data.StringAt("artifact", "digest"));
}
