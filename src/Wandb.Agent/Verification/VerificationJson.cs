using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wandb.Agent.Reporting;

namespace Wandb.Agent.Verification;

/// <summary>
/// A verification for programs: one object a line for each run. Members may be added; none is taken away or given another meaning.
/// <code>
/// runFiles        paths of the run's files that were looked at
/// result          "verified" | "differs" | "unanswered" | "unusable"
/// exitStatus      0, 2 or 3: the command's exit status if this were its only run
/// message         why a file or the server gave no answer; "" when all did
/// entity, project, run, url
/// historyLines, lastStep, eventLines, consoleLines, files, artifacts     what the run files hold
/// lostRecords     how many records the files themselves had lost; lost as in the report of a sync
/// findings        [{subject, verdict: "same" | "differs" | "missing" | "not checked", text}], every comparison
/// </code>
/// </summary>
internal static class VerificationJson
{
    // The line goes to a pipe, never into HTML; the escaping that JSON itself demands is enough.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Without the line end.</summary>
    public static string Line(VerificationReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
            Write(json, report);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, VerificationReport report)
    {
        json.WriteStartObject();
        json.WriteStartArray("runFiles");
        foreach (var file in report.RunFiles)
            json.WriteStringValue(file);
        json.WriteEndArray();
        json.WriteString("result", VerificationText.WordFor(report.Result));
        json.WriteNumber("exitStatus", report.ExitStatus);
        json.WriteString("message", report.Message);
        json.WriteString("entity", report.Run?.Entity);
        json.WriteString("project", report.Run?.Project);
        json.WriteString("run", report.Run?.Run);
        json.WriteString("url", report.Url?.AbsoluteUri);
        json.WriteNumber("historyLines", report.HistoryLines);
        if (report.LastStep is { } step)
            json.WriteNumber("lastStep", step);
        else
            json.WriteNull("lastStep");
        json.WriteNumber("eventLines", report.EventLines);
        json.WriteNumber("consoleLines", report.ConsoleLines);
        json.WriteNumber("files", report.Files);
        json.WriteNumber("artifacts", report.Artifacts);
        json.WriteNumber("lostRecords", report.LostRecords);
        LostRecordsJson.Write(json, "lost", report.Lost);
        json.WriteStartArray("findings");
        foreach (var finding in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("subject", finding.Subject);
            json.WriteString("verdict", VerificationText.WordFor(finding.Verdict));
            json.WriteString("text", finding.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
