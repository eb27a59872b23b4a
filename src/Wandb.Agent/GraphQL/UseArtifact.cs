using System.Text.Json;
using Wandb.Agent.Http;

namespace Wandb.Agent.GraphQL;

/// <summary>Records that a run has used an artifact version.</summary>
internal static class UseArtifact
{
    private const string Document = "mutation UseArtifact($input: UseArtifactInput!) { useArtifact(input: $input) { artifact { id } } }";

    /// <param name="withProject">The server knows artifactEntityName and artifactProjectName (<see cref="ServerFeatures.UseArtifactWithProject"/>).</param>
    internal static GraphQLRequest<UsedArtifact> Request(RunPath run, string artifactId, bool withProject) => new(
        "UseArtifact",
        Document,
        json =>
        {
            json.WriteStartObject("input");
            json.WriteString("artifactID", artifactId);
            json.WriteString("entityName", run.Entity);
            json.WriteString("projectName", run.Project);
            json.WriteString("runName", run.Run);
            json.WriteNull("usedAs");
            if (withProject)
            {
                json.WriteString("artifactEntityName", run.Entity);
                json.WriteString("artifactProjectName", run.Project);
            }

            json.WriteEndObject();
        },
        Read);

    private static UsedArtifact? Read(JsonElement data) =>
        data.StringAt("useArtifact", "artifact", "id") is { } id ? new UsedArtifact(id) : null;
}
