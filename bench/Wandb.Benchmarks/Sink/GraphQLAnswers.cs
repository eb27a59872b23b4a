using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Benchmarks.Sink;

/// <summary>
/// The smallest answers with which a client goes on. There is one run; what is asked is recognised by the root field in the document, whatever
/// the operation is called.
/// </summary>
internal static class GraphQLAnswers
{
    /// <param name="body">`query` and `variables`.</param>
    /// <param name="storedFiles">MD5 in Base64 and size of what was uploaded, by path.</param>
    public static JsonObject To(
        ReadOnlyMemory<byte> body,
        SinkOptions options,
        Uri sink,
        SinkTotals totals,
        IReadOnlyDictionary<string, (string Md5, long Bytes)> storedFiles)
    {
        using JsonDocument request = JsonDocument.Parse(body);
        string query = request.RootElement.GetProperty("query").GetString() ?? "";
        JsonElement variables = request.RootElement.TryGetProperty("variables", out JsonElement given) ? given : default;
        return new JsonObject { ["data"] = Data(query, variables, options, sink, totals, storedFiles) };
    }

    private static JsonObject Data(
        string query,
        JsonElement variables,
        SinkOptions options,
        Uri sink,
        SinkTotals totals,
        IReadOnlyDictionary<string, (string Md5, long Bytes)> storedFiles)
    {
        bool Asks(string field) => query.Contains(field, StringComparison.Ordinal);
        if (Asks("upsertBucket"))
        {
            return new JsonObject { ["upsertBucket"] = new JsonObject { ["bucket"] = Bucket(variables, totals), ["inserted"] = totals == SinkTotals.Nothing } };
        }

        if (Asks("createRunFiles"))
        {
            return new JsonObject { ["createRunFiles"] = RunFiles(variables, sink) };
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
            ? new JsonObject { ["project"] = new JsonObject { ["run"] = new JsonObject { ["files"] = StoredFiles(storedFiles) } } }
            : new JsonObject { ["model"] = new JsonObject { ["bucket"] = totals.HistoryLines == 0 ? null : Bucket(variables, totals) } };
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

    private static JsonObject RunFiles(JsonElement variables, Uri sink) => new()
    {
        ["runID"] = "run",
        ["uploadHeaders"] = new JsonArray(),
        ["files"] = new JsonArray([.. variables.GetProperty("files").EnumerateArray().Select(file => new JsonObject
        {
            ["name"] = file.GetString(),
            ["uploadUrl"] = new Uri(sink, SinkOptions.StoragePath + Uri.EscapeDataString(file.GetString()!)).AbsoluteUri,
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
