using System.Text.Json;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;
using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>Puts what is known of a run into the words of the contract.</summary>
internal static class ReportedRuns
{
    private const string StepKey = "_step";

    // The operator's word for it.
    private const string UnknownReason = "Unknown";

    /// <param name="entry">Facts or report are there, or both.</param>
    /// <param name="state">See <see cref="RunStateRules"/>.</param>
    /// <param name="fileBytes">Length of the file; null when it is gone.</param>
    /// <param name="lag">Age of the oldest unacknowledged bytes.</param>
    public static ReportedRun Of(BoardEntry entry, ReportedRunState state, string container, long? fileBytes, TimeSpan lag)
    {
        var run = new ReportedRun
        {
            Id = (entry.Report?.Run ?? entry.Facts?.Run)?.Run ?? IdFrom(entry.File),
            Container = container,
            File = entry.File,
            State = state,
            FinishedAt = entry.FinishedAt,
            ReceiptDigest = entry.ReceiptDigest,
            Message = entry.Unsent ?? "",
        };
        if (entry.Facts is { } facts)
            run = With(run, facts);
        if (entry.Report is { } report)
            run = With(run, report);
        if (entry.Counted is { } counted && state is not (ReportedRunState.Synced or ReportedRunState.Unfinished))
            run = With(run, counted, state == ReportedRunState.Observed ? counted.Records : entry.Facts?.RecordsAcknowledged ?? 0);
        var backlog = state is ReportedRunState.Synced or ReportedRunState.Observed or ReportedRunState.Pending ? 0 : Math.Max(0, (fileBytes ?? run.BytesRead) - Math.Max(run.BytesAcknowledged, entry.Facts?.BytesDealtWith ?? 0));
        return run with { BacklogBytes = backlog, LagSeconds = backlog == 0 ? 0 : Math.Round(lag.TotalSeconds, 1) };
    }

    /// <summary>What this pod sends of another one, whose writers have ended: nobody here goes on with it.</summary>
    public static ReportedRun OfAnotherPod(ReportedRun run)
    {
        var words = $"{Path.GetFileName(Path.GetDirectoryName(run.File))} was written by an earlier pod: this one only sends it";
        return run with
        {
            State = run.State == ReportedRunState.Running ? ReportedRunState.Finishing : run.State,
            // The operator would look for its end among those of this pod.
            ExitReason = run is { ExitCode: null, ExitReason: "" } ? UnknownReason : run.ExitReason,
            Message = run.Message.Length > 0 ? $"{words}; {run.Message}" : words,
        };
    }

    private static ReportedRun With(ReportedRun run, RunFacts facts) => run with
    {
        Entity = facts.Run.Entity,
        Project = facts.Run.Project,
        Name = facts.DisplayName ?? "",
        Url = facts.Url,
        Group = facts.Group ?? "",
        JobType = facts.JobType ?? "",
        StartedAt = facts.StartedAt,
        LastStep = facts.RowsRead > 0 ? StepOf(facts.Summary) : null,
        RowsRead = facts.RowsRead,
        RowsAcknowledged = facts.RowsAcknowledged,
        BytesRead = facts.BytesRead,
        BytesAcknowledged = facts.BytesAcknowledged,
        BacklogRecords = Math.Max(0, facts.RecordsRead - facts.RecordsAcknowledged),
        RecordsLost = facts.RecordsLost,
        SetAside = facts.SetAside,
        Files = facts.Files,
        Artifacts = facts.Artifacts,
        Summary = SummaryOf(facts.Summary),
        ExitCode = facts.ExitCode,
        ExitReason = facts.ExitReason,
    };

    /// <summary>The last word; a report that was made before anything was read leaves the facts as they are.</summary>
    private static ReportedRun With(ReportedRun run, RunReport report)
    {
        run = run with { Message = report.Message, ExitCode = report.ExitCode ?? run.ExitCode };
        if (report.Run is { } path)
            run = run with { Entity = path.Entity, Project = path.Project };
        if (report.Result is not (SyncResult.Synced or SyncResult.Unfinished))
            return run;
        return run with
        {
            Name = report.DisplayName ?? run.Name,
            Url = report.Url ?? run.Url,
            RowsRead = report.HistoryLines,
            RowsAcknowledged = report.HistoryLines,
            BytesRead = report.FileBytes,
            BytesAcknowledged = report.FileBytes,
            BacklogRecords = 0,
            // What never reached the disk whole was not lost there: the message tells of it.
            RecordsLost = report.LostRecords - report.TornRecords,
            SetAside = report.SetAside,
            Files = report.Files,
            Artifacts = report.Artifacts,
        };
    }

    /// <summary>Whoever sends the run may have read less of the file, and before anything was sent nothing.</summary>
    private static ReportedRun With(ReportedRun run, RunFileCount counted, long recordsAcknowledged) => run with
    {
        LastStep = IsAhead(counted, run) && counted.Rows > 0 ? StepOf(counted.Summary) ?? run.LastStep : run.LastStep,
        Summary = IsAhead(counted, run) ? Merged(run.Summary, SummaryOf(counted.Summary)) : run.Summary,
        RowsRead = Math.Max(run.RowsRead, counted.Rows),
        BytesRead = Math.Max(run.BytesRead, counted.Bytes),
        BacklogRecords = Math.Max(run.BacklogRecords, counted.Records - recordsAcknowledged),
        RecordsLost = Math.Max(run.RecordsLost, counted.RecordsLost),
        ExitCode = run.ExitCode ?? counted.ExitCode,
    };

    private static bool IsAhead(RunFileCount counted, ReportedRun run) => counted.Bytes >= run.BytesRead;

    private static Dictionary<string, JsonElement> Merged(IReadOnlyDictionary<string, JsonElement> summary, Dictionary<string, JsonElement> later)
    {
        var merged = new Dictionary<string, JsonElement>(summary, StringComparer.Ordinal);
        foreach (var (key, value) in later)
            merged[key] = value;
        return merged;
    }

    private static long? StepOf(IReadOnlyDictionary<string, string> summary) => TryRead(summary.GetValueOrDefault(StepKey), out var step) ? Whole(step) : null;

    private static Dictionary<string, JsonElement> SummaryOf(IReadOnlyDictionary<string, string> values)
    {
        var summary = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (key, json) in values.Where(value => value.Key != StepKey))
        {
            // The SDK's NaN is no JSON: it travels as text.
            summary[key] = TryRead(json, out var value)
                ? value
                : JsonElement.Parse($"\"{JsonEncodedText.Encode(json)}\"");
        }
        return summary;
    }

    private static bool TryRead(string? json, out JsonElement value)
    {
        value = default;
        if (json is null)
            return false;
        try
        {
            value = JsonElement.Parse(json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static long? Whole(JsonElement number) => number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var whole) ? whole : null;

    // run-ID.wandb
    private static string IdFrom(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return name.StartsWith("run-", StringComparison.Ordinal) ? name["run-".Length..] : name;
    }
}
