using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>Root fields about artifacts themselves.</summary>
internal sealed class ArtifactOperations(BackendState state, ProjectAccess access)
{
    public Resolution Create(JsonObject input)
    {
        var place = access.Key(input);
        var name = input.Texts("artifactCollectionNames").FirstOrDefault() ?? input.Text("artifactCollectionName");
        if (string.IsNullOrEmpty(name) || input.Text("artifactTypeName") is not { Length: > 0 } type || input.Text("digest") is not { Length: > 0 } digest)
        {
            return new Resolution.Failed("createArtifact: artifactTypeName, artifactCollectionName and digest are needed");
        }

        if (access.Refusal(place, "createArtifact") is { } refusal)
        {
            return refusal;
        }

        // The same content under the same name is the same artifact: that is W&B's deduplication by digest.
        var id = StableId.Of("Artifact", place.Entity, place.Project, name, digest);
        if (state.Artifact(id) is not { } artifact)
        {
            artifact = NewArtifact(id, place, type, name, digest, input);
            state.AddArtifact(artifact);
        }

        artifact.Creates++;
        AddMissing(artifact.Aliases, input.Objects("aliases").Select(alias => alias.Text("alias")));
        AddMissing(artifact.Tags, input.Objects("tags").Select(tag => tag.Text("tagName")));
        state.Save(artifact);
        return new Resolution.Resolved(new GraphQLObject("CreateArtifactPayload") { { "artifact", ArtifactView.Of(artifact, state) } })
        {
            Run = input.Text("runName") is null ? null : state.Run(place),
        };
    }

    public Resolution Commit(JsonObject input)
    {
        if (state.Artifact(input.Text("artifactID")) is not { } artifact)
        {
            return new Resolution.Failed("commitArtifact: artifact not found");
        }

        foreach (var (path, _) in artifact.Files.Where(file => file.Value.ReceivedMd5 is null || file.Value.ReceivedMd5 != file.Value.Md5))
        {
            state.Problem($"artifact {artifact.Name} was committed without the right content of {path}");
        }

        if (artifact.State != ArtifactRecord.Committed)
        {
            artifact.State = ArtifactRecord.Committed;
            artifact.CommitNumber = 1 + state.Artifacts.Max(other => other.CommitNumber);
        }

        artifact.Commits++;
        state.Save(artifact);
        return new Resolution.Resolved(new GraphQLObject("CommitArtifactPayload") { { "artifact", ArtifactView.Of(artifact, state) } });
    }

    public Resolution Use(JsonObject input)
    {
        if (state.Artifact(input.Text("artifactID")) is not { } artifact || state.Run(access.Key(input)) is not { } run)
        {
            return new Resolution.Failed("useArtifact: artifact or run not found");
        }

        run.Record.UsedArtifacts.Add(artifact.Name);
        state.Save(run);
        return new Resolution.Resolved(new GraphQLObject("UseArtifactPayload") { { "artifact", ArtifactView.Of(artifact, state) } }) { Run = run };
    }

    public Resolution ById(JsonObject arguments) =>
        new Resolution.Resolved(state.Artifact(arguments.Text("id")) is { } artifact ? ArtifactView.Of(artifact, state) : null);

    public Resolution ClientIdMapping(JsonObject arguments)
    {
        var wanted = arguments.Text("clientID");
        var artifact = state.Artifacts.FirstOrDefault(artifact => artifact.ClientId is { } id && id == wanted);
        return new Resolution.Resolved(artifact is null ? null : new GraphQLObject("ClientIDMapping") { { "serverID", artifact.Id } });
    }

    private static ArtifactRecord NewArtifact(string id, RunKey place, string type, string name, string digest, JsonObject input) => new()
    {
        Id = id,
        Entity = place.Entity,
        Project = place.Project,
        Type = type,
        Name = name,
        Digest = digest,
        DigestAlgorithm = input.Text("digestAlgorithm"),
        Run = input.Text("runName"),
        Description = input.Text("description"),
        Metadata = input.Text("metadata") is { Length: > 0 } metadata ? ExtendedJson.Parse(Encoding.UTF8.GetBytes(metadata)) : null,
        TtlDurationSeconds = input["ttlDurationSeconds"]?.DeepClone(),
        ClientId = input.Text("clientID"),
        SequenceClientId = input.Text("sequenceClientID"),
        DistributedId = input.Text("distributedID"),
        HistoryStep = input["historyStep"]?.DeepClone(),
    };

    private static void AddMissing(List<string> known, IEnumerable<string?> names)
    {
        foreach (var name in names.OfType<string>().Where(name => !known.Contains(name, StringComparer.Ordinal)))
        {
            known.Add(name);
        }
    }

    /// <summary>A number of a part or the like; null when it is none.</summary>
    public static int? Number(JsonObject members, string name) =>
        int.TryParse(members.Text(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
