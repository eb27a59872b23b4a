using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>From the name of a root field to what carries it out.</summary>
internal sealed class RootFields(LocalBackendOptions options, BackendState state, UploadUrls urls)
{
    private readonly ServerQueries server = new(options);
    private readonly RunOperations runs = new(state, new ProjectAccess(options), urls);
    private readonly ArtifactOperations artifacts = new(state, new ProjectAccess(options));
    private readonly ArtifactUploads uploads = new(state, new ProjectAccess(options), urls);

    public Resolution Resolve(string field, JsonObject arguments)
    {
        var input = arguments["input"] as JsonObject ?? arguments;
        CountUnknown(field, input);
        return field switch
        {
            "viewer" => server.Viewer(),
            "serverInfo" => server.ServerInfo(),
            "entity" => server.Entity(arguments),
            "model" or "project" => runs.Project(arguments),
            "artifact" => artifacts.ById(arguments),
            "clientIDMapping" => artifacts.ClientIdMapping(arguments),
            "upsertBucket" => runs.UpsertBucket(input),
            "createRunFiles" => runs.CreateRunFiles(input),
            "notifyScriptableRunAlert" => runs.Alert(input),
            "createArtifact" => artifacts.Create(input),
            "commitArtifact" => artifacts.Commit(input),
            "useArtifact" => artifacts.Use(input),
            "createArtifactManifest" => uploads.CreateManifest(input),
            "updateArtifactManifest" => uploads.UpdateManifest(input),
            "createArtifactFiles" => uploads.CreateFiles(input),
            "completeMultipartUploadArtifact" => uploads.CompleteMultipart(input),
            _ => throw new System.Diagnostics.UnreachableException($"The schema has a root field that nothing carries out: {field}"),
        };
    }

    // W&B's own schema grows; a member that this one does not know is told, not refused.
    private void CountUnknown(string field, JsonObject input)
    {
        if (GraphQLSchema.Instance.Field("Mutation", field)?.Arguments.GetValueOrDefault("input") is not { } type
            || GraphQLSchema.Instance.Input(GraphQLSchema.NameOf(type)) is not { } known)
        {
            return;
        }

        foreach (var name in input.Select(member => member.Key).Where(name => !known.Contains(name)))
        {
            RequestCounts.Increment(state.Counts.UnknownFields, $"{field}.input.{name}");
        }
    }
}
