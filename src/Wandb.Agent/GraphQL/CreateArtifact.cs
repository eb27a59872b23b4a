using System.Text.Json;

namespace Wandb.Agent.GraphQL;

/// <summary>Creates an artifact version, or finds the one with the same content.</summary>
internal static class CreateArtifact
{
    private const string Document =
        """
        mutation CreateArtifact($input: CreateArtifactInput!) {
          createArtifact(input: $input) {
            artifact { id state artifactSequence { latestArtifact { id } } }
          }
        }
        """;

    internal static GraphQLRequest<CreatedArtifact> Request(CreateArtifactVariables variables) =>
        new("CreateArtifact", Document, json => Write(json, variables), Read);

    private static void Write(Utf8JsonWriter json, CreateArtifactVariables variables)
    {
        json.WriteStartObject("input");
        json.WriteString("entityName", variables.Entity);
        json.WriteString("projectName", variables.Project);
        json.WriteString("artifactTypeName", variables.Type);
        json.WriteString("artifactCollectionName", variables.Collection);
        json.WriteText("runName", variables.Run);
        json.WriteString("digest", variables.Digest);
        json.WriteString("digestAlgorithm", "MANIFEST_MD5");
        json.WriteText("description", variables.Description);
        json.WriteText("metadata", variables.Metadata);
        WriteAliases(json, variables);
        WriteTags(json, variables.Tags);
        WriteNumber(json, "ttlDurationSeconds", variables.TtlDurationSeconds);
        WriteNumber(json, "historyStep", variables.HistoryStep);
        json.WriteBoolean("enableDigestDeduplication", true);
        json.WriteText("distributedID", variables.DistributedId);
        json.WriteString("clientID", variables.ClientId);
        json.WriteString("sequenceClientID", variables.SequenceClientId);
        json.WriteText("storageRegion", variables.StorageRegion);
        json.WriteEndObject();
    }

    private static void WriteAliases(Utf8JsonWriter json, CreateArtifactVariables variables)
    {
        if (variables.Aliases.Count == 0)
        {
            json.WriteNull("aliases");
            return;
        }

        json.WriteStartArray("aliases");
        foreach (var alias in variables.Aliases)
        {
            json.WriteStartObject();
            json.WriteString("artifactCollectionName", variables.Collection);
            json.WriteString("alias", alias);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTags(Utf8JsonWriter json, IReadOnlyList<string> tags)
    {
        if (tags.Count == 0)
            return;
        json.WriteStartArray("tags");
        foreach (var tag in tags)
        {
            json.WriteStartObject();
            json.WriteString("tagName", tag);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static CreatedArtifact? Read(JsonElement data)
    {
        if (data.At("createArtifact", "artifact") is not { } artifact)
            return null;
        return artifact.StringAt("id") is { } id && artifact.StringAt("state") is { } state
            ? new CreatedArtifact(id, state, artifact.StringAt("artifactSequence", "latestArtifact", "id"))
            : null;
    }
}
