using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Inspection;

/// <summary>
/// An inspected file as one line of JSON. Every field is always there; what the file does not say is null.
/// <code>
/// file, exitStatus (0, 2 or 3), problem, fileBytes
/// entity, project, run, name, group, jobType, sweep, tags, started, sdkVersion
/// records         {kind: count}; a kind of a newer SDK is "unknown-FIELD"
/// history         {rows, firstStep, lastStep, keyCount, keys: [at most 1000]}
/// events, stdoutLines, stderrLines
/// files           {count, first: [{path, policy}]}; artifacts: {count, first: [{type, name, entries}]}; alerts: {count, first: [{level, title}]}
/// exitCode, runtimeSeconds        null without an exit record
/// lostRecords, lost               as in the answer of sync
/// damagedBytes, damage            {count, first: [{from, to, block, reason}]}
/// trailingBytes                   bytes behind the last record that hold none
/// </code>
/// </summary>
internal static class InspectionJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Without the line end.</summary>
    public static string Line(InspectedFile file)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
            Write(json, file);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, InspectedFile file)
    {
        var summary = file.Summary;
        json.WriteStartObject();
        json.WriteString("file", file.Path);
        json.WriteNumber("exitStatus", file.Status);
        json.WriteString("problem", file.Problem);
        json.WriteNumber("fileBytes", file.LengthBytes);
        WriteIdentity(json, summary.Run);
        json.WriteString("sdkVersion", summary.SdkVersion);
        json.WriteStartObject("records");
        foreach (var (kind, count) in summary.Ledger.Counts())
            json.WriteNumber(kind, count);
        json.WriteEndObject();
        WriteHistory(json, summary.History);
        json.WriteNumber("events", summary.Events);
        json.WriteNumber("stdoutLines", summary.Stdout.Lines);
        json.WriteNumber("stderrLines", summary.Stderr.Lines);
        WriteList(json, "files", summary.Files, named =>
        {
            json.WriteString("path", named.Path);
            json.WriteString("policy", named.Policy);
        });
        WriteList(json, "artifacts", summary.Artifacts, named =>
        {
            json.WriteString("type", named.Type);
            json.WriteString("name", named.Name);
            WriteNumber(json, "entries", named.Entries);
        });
        WriteList(json, "alerts", summary.Alerts, named =>
        {
            json.WriteString("level", named.Level);
            json.WriteString("title", named.Title);
        });
        WriteNumber(json, "exitCode", summary.ExitCode);
        WriteNumber(json, "runtimeSeconds", summary.ExitCode is null ? null : summary.RuntimeSeconds);
        json.WriteNumber("lostRecords", summary.Ledger.LostCount);
        LostRecordsJson.Write(json, "lost", summary.Ledger.Lost);
        json.WriteNumber("damagedBytes", summary.Ledger.DamagedBytes);
        WriteList(json, "damage", summary.Damage, damage =>
        {
            json.WriteNumber("from", damage.From);
            json.WriteNumber("to", damage.To);
            json.WriteNumber("block", damage.Block);
            json.WriteString("reason", Damage.Describe(damage.Reason));
        });
        json.WriteNumber("trailingBytes", summary.Ledger.Tail?.Bytes ?? 0);
        json.WriteEndObject();
    }

    private static void WriteIdentity(Utf8JsonWriter json, RunIdentitySummary? run)
    {
        json.WriteString("entity", NullIfEmpty(run?.Entity));
        json.WriteString("project", NullIfEmpty(run?.Project));
        json.WriteString("run", NullIfEmpty(run?.RunId));
        json.WriteString("name", NullIfEmpty(run?.Name));
        json.WriteString("group", NullIfEmpty(run?.Group));
        json.WriteString("jobType", NullIfEmpty(run?.JobType));
        json.WriteString("sweep", NullIfEmpty(run?.Sweep));
        json.WriteStartArray("tags");
        foreach (var tag in run?.Tags ?? [])
            json.WriteStringValue(tag);
        json.WriteEndArray();
        if (run?.StartTime is { } started)
            json.WriteString("started", started);
        else
            json.WriteNull("started");
    }

    private static void WriteHistory(Utf8JsonWriter json, HistorySummary history)
    {
        json.WriteStartObject("history");
        json.WriteNumber("rows", history.Rows);
        WriteNumber(json, "firstStep", history.FirstStep);
        WriteNumber(json, "lastStep", history.LastStep);
        json.WriteNumber("keyCount", history.KeyCount);
        json.WriteStartArray("keys");
        foreach (var key in history.Keys(RunFileSummary.MaxListed))
            json.WriteStringValue(key);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, BoundedList<T> list, Action<T> writeMembers)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", list.Count);
        json.WriteStartArray("first");
        foreach (var item in list.First)
        {
            json.WriteStartObject();
            writeMembers(item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
