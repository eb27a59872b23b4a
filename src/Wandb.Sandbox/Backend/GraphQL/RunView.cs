using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;
using Wandb.Sandbox.Backend.Streaming;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>A run as GraphQL shows it.</summary>
internal static class RunView
{
    private const int FilesPerPage = 50; // W&B's default

    public static GraphQLObject Of(StoredRun run)
    {
        var view = new GraphQLObject("Run")
        {
            { "id", run.Key.Id },
            { "name", run.Key.Name },
            { "state", run.State },
            { "stopped", false },
            { "exitcode", run.Record.ExitCode },
            { "sweepName", run.Record.Bucket["sweep"] },
            { "tags", run.Record.Bucket["tags"] ?? new JsonArray() },
            { "summaryMetrics", () => run.LastLine(StreamNames.Summary) ?? run.Record.Bucket["summaryMetrics"] ?? (object)"{}" },
            { "wandbConfig", keys => WandbConfig(run, keys) },
            { "historyLineCount", run.LineCount(StreamNames.History) },
            { "eventsLineCount", run.LineCount(StreamNames.Events) },
            { "logLineCount", run.LineCount(StreamNames.Console) },
            { "historyTail", () => Tail(run, StreamNames.History) },
            { "eventsTail", () => Tail(run, StreamNames.Events) },
            { "fileCount", run.Record.Files.Count },
            { "files", arguments => Files(run, arguments) },
            {
                "project", new GraphQLObject("Project")
                {
                    { "id", StableId.Of("Project", run.Key.Entity, run.Key.Project) }, { "name", run.Key.Project },
                    { "entityName", run.Key.Entity }, { "entity", ServerQueries.EntityOf(run.Key.Entity) },
                }
            },
        };
        foreach (var name in (ReadOnlySpan<string>)["displayName", "description", "notes", "groupName", "jobType", "host", "commit", "config"])
        {
            view.Add(name, run.Record.Bucket[name]);
        }

        return view;
    }

    // A JSON text with the last line in an array, as W&B answers; an empty array when there is none.
    private static string Tail(StoredRun run, string stream) =>
        (run.LastLine(stream) is { } line ? new JsonArray(line) : []).ToJsonString();

    private static string WandbConfig(StoredRun run, JsonObject arguments)
    {
        var wanted = new JsonObject();
        foreach (var key in arguments.Texts("keys"))
        {
            wanted[key] = run.WandbConfig(key)?.DeepClone() ?? new JsonObject();
        }

        return wanted.ToJsonString();
    }

    private static GraphQLObject Files(StoredRun run, JsonObject arguments)
    {
        var names = arguments.Texts("names").ToHashSet(StringComparer.Ordinal);
        var all = run.Record.Files.Where(file => names.Count == 0 || names.Contains(file.Key))
            .Where(file => arguments.Text("after") is not { Length: > 0 } after || string.CompareOrdinal(file.Key, after) > 0).ToList();
        var page = all.Take(int.TryParse(arguments.Text("first"), out var first) ? first : Math.Max(FilesPerPage, names.Count)).ToList();
        return new GraphQLObject("FileConnection")
        {
            { "edges", page.Select(file => new GraphQLObject("FileEdge") { { "node", FileOf(run, file.Key, file.Value) }, { "cursor", file.Key } }).ToList() },
            {
                "pageInfo", new GraphQLObject("PageInfo")
                {
                    { "hasNextPage", page.Count < all.Count }, { "endCursor", page.Count > 0 ? page[^1].Key : null },
                }
            },
        };
    }

    private static GraphQLObject FileOf(StoredRun run, string name, RunFile file) => new("File")
    {
        { "id", StableId.Of("File", run.Key.Id, name) }, { "name", name }, { "md5", file.Md5 }, { "sizeBytes", file.SizeBytes },
    };
}
