using System.Text.Json;
using Wandb.Agent.Http;

namespace Wandb.Agent.GraphQL;

/// <summary>Asks what the server already has of a run.</summary>
internal static class RunResumeStatus
{
    private const string Document =
        """
        query RunResumeStatus($project: String, $entity: String, $name: String!) {
          model(name: $project, entityName: $entity) {
            bucket(name: $name, missingOk: true) {
              id name displayName state config summaryMetrics
              historyLineCount eventsLineCount logLineCount historyTail eventsTail
              project { name entity { name } }
            }
          }
        }
        """;

    internal static GraphQLRequest<RunResumeAnswer> Request(RunPath run) => new(
        "RunResumeStatus",
        Document,
        json =>
        {
            // Null asks for the key's default; an empty name would be looked for.
            json.WriteText("entity", run.Entity.Length > 0 ? run.Entity : null);
            json.WriteText("project", run.Project.Length > 0 ? run.Project : null);
            json.WriteString("name", run.Run);
        },
        Read);

    private static RunResumeAnswer? Read(JsonElement data)
    {
        if (data.At("model", "bucket") is not { } bucket)
            return new RunResumeAnswer(null);
        return bucket.StringAt("id") is not { } id
            ? null
            : new RunResumeAnswer(new RunResumeState
            {
                StorageId = id,
                Entity = bucket.StringAt("project", "entity", "name"),
                Project = bucket.StringAt("project", "name"),
                DisplayName = bucket.StringAt("displayName"),
                State = bucket.StringAt("state"),
                Config = bucket.StringAt("config"),
                Summary = bucket.StringAt("summaryMetrics"),
                HistoryLines = bucket.IntegerAt("historyLineCount") ?? 0,
                EventsLines = bucket.IntegerAt("eventsLineCount") ?? 0,
                ConsoleLines = bucket.IntegerAt("logLineCount") ?? 0,
                HistoryTail = Lines(bucket.StringAt("historyTail")),
                EventsTail = Lines(bucket.StringAt("eventsTail")),
            });
    }

    /// <summary>A tail is JSON inside JSON: a list of lines, each of which is a string that holds JSON.</summary>
    private static string[] Lines(string? tail)
    {
        if (string.IsNullOrEmpty(tail))
            return [];
        try
        {
            using var document = JsonDocument.Parse(tail);
            return document.RootElement.StringsAt();
        }
        catch (JsonException)
        {
            // No tail to compare with; the caller must then treat the lines as unknown.
            return [];
        }
    }
}
