using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Benchmarks.Sink;

/// <summary>
/// The smallest answers with which a client goes on. What is asked is recognised by the root field in the document, whatever the operation is
/// called; a run is there once something of it has arrived.
/// </summary>
internal static class GraphQLAnswers
{
    /// <param name="request">`query` and `variables`.</param>
    /// <param name="runNamed">What arrived of a run.</param>
    public static JsonObject To(JsonElement request, SinkOptions options, Uri sink, Func<string, SinkRun> runNamed)
    {
        string query = request.GetProperty("query").GetString() ?? "";
        JsonElement variables = request.TryGetProperty("variables", out JsonElement given) ? given : default;
        return new JsonObject { ["data"] = Data(query, variables, options, sink, runNamed) };
    }

    private static JsonObject Data(string query, JsonElement variables, SinkOptions options, Uri sink, Func<string, SinkRun> runNamed)
    {
        string name = Text(variables, "name") ?? Text(variables, "run") ?? "";
        SinkTotals TotalsOfRun() => runNamed(name).Totals;
        bool Asks(string field) => query.Contains(field, StringComparison.Ordinal);
        if (Asks("upsertBucket"))
        {
            return new JsonObject { ["upsertBucket"] = new JsonObject { ["bucket"] = Bucket(variables, TotalsOfRun()), ["inserted"] = TotalsOfRun() == SinkTotals.Nothing } };
        }

        if (Asks("createRunFiles"))
        {
            return new JsonObject { ["createRunFiles"] = RunFiles(variables, sink, name) };
        }

        if (Asks("serverInfo"))
        {
            return new JsonObject { ["serverInfo"] = new JsonObject { ["features"] = Features(options) } };
        }

        if (Asks("notifyScriptableRunAlert"))
        {
            return new JsonObject { ["notifyScriptableRunAlert"] = new JsonObject { ["success"] = true } };
        }

        if (Asks("viewer"))
        {
            return new JsonObject { ["viewer"] = new JsonObject { ["id"] = "user", ["entity"] = SinkOptions.Entity, ["flags"] = "{}" } };
        }

        return Asks("sizeBytes")
            ? new JsonObject { ["project"] = new JsonObject { ["run"] = new JsonObject { ["files"] = StoredFiles(runNamed(name).Files) } } }
            : new JsonObject { ["model"] = new JsonObject { ["bucket"] = TotalsOfRun().HistoryLines == 0 ? null : Bucket(variables, TotalsOfRun()) } };
    }

    private static JsonObject Bucket(JsonElement variables, SinkTotals totals) => new()
    {
        ["id"] = "run",
        ["name"] = Text(variables, "name"),
        ["displayName"] = Text(variables, "name"),
        ["sweepName"] = null,
        ["state"] = totals.IsComplete ? "finished" : "running",
        ["config"] = "{}",
        ["summaryMetrics"] = "{}",
        ["historyLineCount"] = totals.HistoryLines,
        ["eventsLineCount"] = totals.EventLines,
        ["logLineCount"] = 0,
        ["historyTail"] = "[]",
        ["eventsTail"] = "[]",
        ["project"] = new JsonObject { ["name"] = Text(variables, "project"), ["entity"] = new JsonObject { ["name"] = SinkOptions.Entity } },
    };

    private static JsonObject RunFiles(JsonElement variables, Uri sink, string run) => new()
    {
        ["runID"] = "run",
        ["uploadHeaders"] = new JsonArray(),
        ["files"] = new JsonArray([.. variables.GetProperty("files").EnumerateArray().Select(file => new JsonObject
        {
            ["name"] = file.GetString(),
            ["uploadUrl"] = new Uri(sink, $"{SinkOptions.StoragePath}{Uri.EscapeDataString(run)}/{Uri.EscapeDataString(file.GetString()!)}").AbsoluteUri,
        })]),
    };

    private static JsonArray Features(SinkOptions options) =>
        options.OffersGzip ? [new JsonObject { ["name"] = "FILESTREAM_GZIP", ["isEnabled"] = true }] : [];

    private static JsonObject StoredFiles(IReadOnlyDictionary<string, (string Md5, long Bytes)> files) => new()
    {
        ["edges"] = new JsonArray([.. files.Select(file => new JsonObject
        {
            ["node"] = new JsonObject { ["name"] = file.Key, ["md5"] = file.Value.Md5, ["sizeBytes"] = file.Value.Bytes },
        })]),
    };

    private static string? Text(JsonElement variables, string name) =>
        variables.ValueKind == JsonValueKind.Object && variables.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
