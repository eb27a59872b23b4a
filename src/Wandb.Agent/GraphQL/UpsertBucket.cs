using System.Text.Json;
using Wandb.Agent.Http;

namespace Wandb.Agent.GraphQL;

/// <summary>Creates a run or changes it. "Bucket" is the schema's old word for run, "model" for project.</summary>
internal static class UpsertBucket
{
    private const string Document =
        """
        mutation UpsertBucket(
          $id: String, $name: String, $project: String, $entity: String, $groupName: String, $description: String, $displayName: String,
          $notes: String, $commit: String, $config: JSONString, $host: String, $debug: Boolean, $program: String, $repo: String,
          $jobType: String, $state: String, $sweep: String, $tags: [String!], $summaryMetrics: JSONString
        ) {
          upsertBucket(input: {
            id: $id, name: $name, modelName: $project, entityName: $entity, groupName: $groupName, description: $description,
            displayName: $displayName, notes: $notes, commit: $commit, config: $config, host: $host, debug: $debug, jobProgram: $program,
            jobRepo: $repo, jobType: $jobType, state: $state, sweep: $sweep, tags: $tags, summaryMetrics: $summaryMetrics
          }) {
            bucket { id name displayName sweepName historyLineCount project { name entity { name } } }
            inserted
          }
        }
        """;

    /// <summary>409 is tried again: two writers created the run at one moment.</summary>
    internal static GraphQLRequest<UpsertedBucket> Request(UpsertBucketVariables variables) =>
        new("UpsertBucket", Document, json => Write(json, variables), Read) { Kind = RequestKind.GraphQLUpsert };

    private static void Write(Utf8JsonWriter json, UpsertBucketVariables variables)
    {
        json.WriteText("id", variables.Id);
        json.WriteText("name", variables.Name);
        json.WriteText("project", variables.Project);
        json.WriteText("entity", variables.Entity);
        json.WriteText("groupName", variables.GroupName);
        json.WriteText("description", variables.Description);
        json.WriteText("displayName", variables.DisplayName);
        json.WriteText("notes", variables.Notes);
        json.WriteText("commit", variables.Commit);
        json.WriteText("config", variables.Config);
        json.WriteText("host", variables.Host);
        json.WriteNull("debug");
        json.WriteText("program", variables.Program);
        json.WriteText("repo", variables.Repo);
        json.WriteText("jobType", variables.JobType);
        json.WriteText("state", variables.State);
        json.WriteText("sweep", variables.Sweep);
        json.WriteTexts("tags", variables.Tags);
        json.WriteText("summaryMetrics", variables.SummaryMetrics);
    }

    private static UpsertedBucket? Read(JsonElement data)
    {
        if (data.At("upsertBucket") is not { } upserted || upserted.At("bucket") is not { } bucket)
            return null;
        if (bucket.StringAt("id") is not { } id || bucket.StringAt("name") is not { } name
            || bucket.StringAt("project", "name") is not { } project || bucket.StringAt("project", "entity", "name") is not { } entity)
            return null;
        return new UpsertedBucket(
            id,
            new RunPath(entity, project, name),
            bucket.StringAt("displayName"),
            bucket.StringAt("sweepName"),
            bucket.IntegerAt("historyLineCount") ?? 0,
            upserted.TrueAt("inserted"));
    }
}
