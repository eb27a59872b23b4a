using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Wandb.Agent.Reporting;

/// <summary>
/// A run's report as one line of JSON. Every field is always there; what is not known is null.
/// <code>
/// file            the run file as it was found
/// result          "synced" | "unfinished" | "skipped" | "incomplete" | "unusable" | "listed"
/// exitStatus      0, 2 or 3: the command's exit status if this were its only run
/// unproved        true for a run that was skipped because it is marked, while no receipt says that this server has it
/// message         what is wrong and what to do; "" when nothing is
/// entity, project, run, displayName, group, jobType, url
/// fileBytes       length of the run file as far as it was read
/// growing         true when the file grew while it was read
/// records         whole records read; unknownRecords: of kinds that this agent does not know
/// historyLines, eventLines, consoleLines, files, artifacts      what the server acknowledged
/// missingFiles    paths below the run's files/ that are gone
/// setAside        lines, files and artifacts that the server refused for good
/// lostRecords     how many records the file itself had lost; lost: [{first, last, fromByte, toByte, reason}], at most 1000,
///                 bytes null when the bytes around are sound
/// exitCode        the code that the run was closed with; null while it is open
/// receipt         path of the receipt
/// seconds         how long the sync took
/// </code>
/// </summary>
internal static class RunReportJson
{
    // The line goes to a pipe, never into HTML; the escaping that JSON itself demands is enough.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Without the line end.</summary>
    public static string Line(RunReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
            Write(json, report);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, RunReport report)
    {
        json.WriteStartObject();
        json.WriteString("file", report.File);
        json.WriteString("result", RunText.WordFor(report.Result));
        json.WriteNumber("exitStatus", report.ExitStatus);
        json.WriteBoolean("unproved", report.IsUnproved);
        json.WriteString("message", report.Message);
        json.WriteString("entity", NullIfEmpty(report.Run?.Entity));
        json.WriteString("project", NullIfEmpty(report.Run?.Project));
        json.WriteString("run", NullIfEmpty(report.Run?.Run));
        json.WriteString("displayName", NullIfEmpty(report.DisplayName));
        json.WriteString("group", NullIfEmpty(report.Group));
        json.WriteString("jobType", NullIfEmpty(report.JobType));
        json.WriteString("url", report.Url?.AbsoluteUri);
        json.WriteNumber("fileBytes", report.FileBytes);
        json.WriteBoolean("growing", report.IsGrowing);
        json.WriteNumber("records", report.Records);
        json.WriteNumber("unknownRecords", report.UnknownRecords);
        json.WriteNumber("historyLines", report.HistoryLines);
        json.WriteNumber("eventLines", report.EventLines);
        json.WriteNumber("consoleLines", report.ConsoleLines);
        json.WriteNumber("files", report.Files);
        json.WriteNumber("artifacts", report.Artifacts);
        json.WriteStartArray("missingFiles");
        foreach (var file in report.MissingFiles)
            json.WriteStringValue(file);
        json.WriteEndArray();
        json.WriteNumber("setAside", report.SetAside);
        json.WriteNumber("lostRecords", report.LostRecords);
        LostRecordsJson.Write(json, "lost", report.Lost);
        if (report.ExitCode is { } code)
            json.WriteNumber("exitCode", code);
        else
            json.WriteNull("exitCode");
        json.WriteString("receipt", report.ReceiptPath);
        json.WriteNumber("seconds", Math.Round(report.Duration.TotalSeconds, 3));
        json.WriteEndObject();
    }

    // A file that was not read to the end may name no entity: the server would decide.
    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
