using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>Root fields about runs and their files.</summary>
internal sealed class RunOperations(BackendState state, ProjectAccess access, UploadUrls urls)
{
    // Members of upsertBucket's input that are kept, and the names they are given in the state.
    private static readonly Dictionary<string, string> BucketMembers = new(StringComparer.Ordinal)
    {
        ["groupName"] = "groupName",
        ["displayName"] = "displayName",
        ["notes"] = "notes",
        ["commit"] = "commit",
        ["config"] = "config",
        ["host"] = "host",
        ["jobProgram"] = "program",
        ["jobRepo"] = "repo",
        ["jobType"] = "jobType",
        ["state"] = "state",
        ["sweep"] = "sweep",
        ["tags"] = "tags",
        ["summaryMetrics"] = "summaryMetrics",
        ["debug"] = "debug",
        ["description"] = "description",
    };

    public Resolution UpsertBucket(JsonObject input)
    {
        var run = input.Text("id") is { Length: > 0 } id ? state.RunById(id) : null;
        var inserted = false;
        if (run is null)
        {
            if (input.Text("name") is not { Length: > 0 } name)
            {
                return new Resolution.Failed("upsertBucket: no run name");
            }

            var key = access.Key(input.Text("entityName"), input.Text("modelName"), name);
            if (access.Refusal(key, "upsertBucket") is { } refusal)
            {
                return refusal;
            }

            run = state.Run(key);
            inserted = run is null;
            run ??= state.AddRun(key);
        }

        run.Upsert(input.Where(member => BucketMembers.ContainsKey(member.Key)).Select(member => KeyValuePair.Create(BucketMembers[member.Key], member.Value)));
        state.Save(run);
        return new Resolution.Resolved(new GraphQLObject("UpsertBucketPayload")
        {
            { "bucket", RunView.Of(run) }, { "inserted", inserted }, { "clientMutationId", input.Text("clientMutationId") },
        })
        {
            Run = run,
        };
    }

    public Resolution Project(JsonObject arguments)
    {
        var place = access.Key(arguments.Text("entityName"), arguments.Text("name"), null);
        if (access.Refusal(place, "project") is { } refusal)
        {
            return refusal;
        }

        object? Bucket(JsonObject run) => state.Run(place with { Name = run.Text("name") ?? "" }) is { } found ? RunView.Of(found) : null;
        return new Resolution.Resolved(new GraphQLObject("Project")
        {
            { "id", StableId.Of("Project", place.Entity, place.Project) },
            { "name", place.Project },
            { "entityName", place.Entity },
            { "entity", ServerQueries.EntityOf(place.Entity) },
            { "bucket", Bucket },
            { "run", Bucket },
        });
    }

    public Resolution CreateRunFiles(JsonObject input)
    {
        if (state.Run(access.Key(input)) is not { } run)
        {
            return new Resolution.Failed("createRunFiles: run not found");
        }

        var files = input.Texts("files").Select(path => (Path: path, Target: new UploadTarget.RunFile(run.Key, path))).ToList();
        return new Resolution.Resolved(new GraphQLObject("CreateRunFilesPayload")
        {
            { "runID", run.Key.Id },
            { "uploadHeaders", UploadUrls.Headers("run", null) },
            { "files", files.Select(file => new GraphQLObject("File") { { "name", file.Path }, { "uploadUrl", urls.For(file.Target) } }).ToList() },
        })
        {
            Run = run,
        };
    }

    public Resolution Alert(JsonObject input)
    {
        if (state.Run(access.Key(input)) is not { } run)
        {
            return new Resolution.Failed("notifyScriptableRunAlert: run not found");
        }

        run.Record.Alerts.Add(new JsonObject
        {
            ["title"] = input["title"]?.DeepClone(),
            ["text"] = input["text"]?.DeepClone(),
            ["severity"] = input["severity"]?.DeepClone(),
            ["waitDuration"] = input["waitDuration"]?.DeepClone(),
        });
        state.Save(run);
        return new Resolution.Resolved(new GraphQLObject("NotifyScriptableRunAlertPayload") { { "success", true } }) { Run = run };
    }
}
