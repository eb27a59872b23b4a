using Wandb.Agent.Checkpoints;
using Wandb.Agent.Ends;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Receipts;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Streaming;

namespace Wandb.Agent;

/// <summary>Gathers what is to be said of one run file, and writes the receipt when all of it is proved.</summary>
internal sealed class RunReportDraft(
    RunContext context, RunHead head, RunFileReader reader, RunReplay replay, RunUploads uploads, Quarantine quarantine, StateDirectory stateDirectory)
{
    private readonly DateTimeOffset _startedAt = context.Time.GetUtcNow();
    private readonly long _length = reader.CurrentLength;
    private long _rowsAcknowledged = replay.Stream.Lines.History.Count;
    private long _recordsAcknowledged = replay.Ledger.Records;
    private long _bytesAcknowledged = reader.ResumeOffset;

    public UpsertedBucket? Bucket { get; set; }

    public int Alerts { get; set; }

    /// <summary>The code that the run was closed with.</summary>
    public int? ExitCode { get; set; }

    /// <summary>How the writer ended, told by others than the file; null: not known, or the file has an exit record.</summary>
    public WriterEnd? WriterEnd { get; set; }

    public void Acknowledged(long rows, long records, long position) =>
        (_rowsAcknowledged, _recordsAcknowledged, _bytesAcknowledged) = (rows, records, position);

    public RunProgress Progress(string phase) => new(head.Path, Bucket?.Path, phase, Math.Max(_length, reader.LengthRead), _bytesAcknowledged, _rowsAcknowledged);

    /// <returns>Null before the file has told whose run it is.</returns>
    public RunFacts? Facts(string phase)
    {
        var identity = replay.State.Identity;
        if (!identity.IsKnown)
            return null;
        var variables = identity.Variables;
        return new RunFacts
        {
            File = head.Path,
            Run = Bucket?.Path ?? new RunPath(identity.Entity, identity.Project, identity.RunId),
            Phase = phase,
            Url = Bucket is { } bucket ? context.Server.PageUrl(bucket.Path) : null,
            DisplayName = Bucket?.DisplayName ?? variables.DisplayName,
            Group = variables.GroupName,
            JobType = variables.JobType,
            StartedAt = identity.StartTime,
            Summary = replay.State.Summary.Values(["_step", .. context.Options.SummaryMetrics]),
            RowsRead = replay.Stream.Lines.History.Count,
            RowsAcknowledged = _rowsAcknowledged,
            BytesRead = reader.LengthRead,
            BytesAcknowledged = _bytesAcknowledged,
            BytesWhole = reader.ResumeOffset,
            RecordsRead = replay.Ledger.Records,
            RecordsAcknowledged = _recordsAcknowledged,
            RecordsLost = replay.Ledger.LostCount,
            SetAside = quarantine.Count + uploads.Problems.Count,
            Files = uploads.Files.Count,
            Artifacts = uploads.Artifacts.Count,
            ExitCode = ExitCode ?? replay.State.Exit?.Code ?? WriterEnd?.Code,
            ExitReason = WriterEnd?.Reason ?? "",
        };
    }

    /// <summary>Whether somebody writes the file: it is longer than it was, or than what was read.</summary>
    public bool IsGrowing => reader.CurrentLength > Math.Max(_length, reader.LengthRead);

    /// <summary>
    /// The code to close the run with: that of its exit record, or the one the user gave for runs without. A run that goes on elsewhere,
    /// or whose file still grows, stays open.
    /// </summary>
    public int? DecideExit() => replay.State.Exit switch
    {
        { NotComplete: true } => null,
        { } exit => exit.Code,
        null => IsGrowing ? null : WriterEnd?.Code ?? context.Options.FinishCode,
    };

    /// <summary>Why not everything is on the server, in one line; null when everything is.</summary>
    public string? Problem()
    {
        var problems = new List<string>(uploads.Problems);
        if (uploads.MissingFiles.Count > 0 && !context.Options.AllowMissing)
            problems.Add($"{Plural(uploads.MissingFiles.Count, "file")} of the run not on this machine: {Some(uploads.MissingFiles)} (--allow-missing accepts that)");
        if (quarantine.Count > 0)
            problems.Add($"{Plural(quarantine.Count, "item")} set aside: {Some(quarantine.Reasons)}");
        return problems.Count == 0 ? null : string.Join("; ", problems);
    }

    public RunReport Incomplete(string message) => Report(SyncResult.Incomplete) with { Message = message };

    public RunReport Done()
    {
        var isClosed = ExitCode is not null || replay.State.Exit is not null;
        var report = Report(isClosed ? SyncResult.Synced : SyncResult.Unfinished);
        var (path, problem) = new ReceiptStore(stateDirectory, head.Path, context.Durable).Save(Receipt(isClosed), marked: isClosed);
        if (path is null)
            return report with { Result = SyncResult.Incomplete, Message = $"everything is on the server, but the receipt cannot be written: {problem}" };
        if (problem is not null)
            context.Observer.Note(head.Path, $"the marker .synced cannot be written: {problem}");
        return report with { ReceiptPath = path, Message = isClosed ? Closed() : Unfinished() };
    }

    private string Closed()
    {
        if (WriterEnd is null || replay.State.Exit is not null)
            return TornEnd();
        var words = WriterEnd.Code == 0
            ? "no exit record, although the writer ended with 0: what the SDK had not written yet (up to 32 KiB) is lost; closed with 0"
            : $"no exit record: closed with {WriterEnd.Code}, as the writer ended with {WriterEnd.Words}";
        return TornEnd() is { Length: > 0 } end ? $"{words}; {end}" : words;
    }

    private string Unfinished()
    {
        var words = IsGrowing
            ? "still growing: what was there is on the server, the run stays open"
            : "no exit record: the run stays open on the server (--finish CODE closes it)";
        return TornEnd() is { Length: > 0 } end ? $"{words}; {end}" : words;
    }

    /// <summary>Losses with a number are in the report by name; of the end of the file only the bytes are known.</summary>
    private string TornEnd() =>
        replay.Ledger.Tail is { Reason: not DamageReason.ZeroedArea } tail && replay.State.Exit is null
            ? $"the file ends with {Plural(tail.Bytes, "byte")} that are no whole record ({Damage.Describe(tail.Reason)})"
            : "";

    private RunReport Report(SyncResult result)
    {
        var variables = replay.State.Identity.Variables;
        var lines = replay.Stream.Lines;
        var counts = replay.Ledger.Counts();
        return new RunReport
        {
            File = head.Path,
            Result = result,
            Run = Bucket?.Path ?? (head.Run is { } run ? new RunPath(run.Entity, run.Project, run.RunId) : null),
            Url = Bucket is { } bucket ? context.Server.PageUrl(bucket.Path) : null,
            DisplayName = Bucket?.DisplayName ?? variables.DisplayName,
            Group = variables.GroupName,
            JobType = variables.JobType,
            FileBytes = reader.LengthRead,
            Records = replay.Ledger.Records,
            HistoryLines = lines.History.Count,
            EventLines = lines.Events.Count,
            ConsoleLines = lines.Console.Count,
            LostRecords = LostRecords(),
            Lost = replay.Ledger.Lost,
            UnknownRecords = counts.Where(kind => kind.Key.StartsWith("unknown", StringComparison.Ordinal)).Sum(kind => kind.Value),
            Files = uploads.Files.Count,
            MissingFiles = uploads.MissingFiles,
            Artifacts = uploads.Artifacts.Count,
            SetAside = quarantine.Count + uploads.Problems.Count,
            ExitCode = ExitCode,
            IsGrowing = IsGrowing,
            Duration = context.Time.GetUtcNow() - _startedAt,
        };
    }

    /// <summary>A file that was declared complete and ends inside a record has lost that one as well.</summary>
    private long LostRecords() =>
        replay.Ledger.LostCount + (ExitCode is not null && replay.State.Exit is null && replay.Ledger.Tail is { Reason: not DamageReason.ZeroedArea } ? 1 : 0);

    private Receipt Receipt(bool isClosed)
    {
        var lines = replay.Stream.Lines;
        var summary = replay.State.Summary.Version > 0 ? 1 : 0;
        return new Receipt
        {
            ReceiptVersion = Receipts.Receipt.CurrentVersion,
            AgentVersion = context.Version,
            State = isClosed ? "synced" : "unfinished",
            Server = context.Server.BaseUrl.AbsoluteUri,
            Entity = Bucket!.Path.Entity,
            Project = Bucket.Path.Project,
            Run = Bucket.Path.Run,
            StorageId = Bucket.StorageId,
            StartedAt = _startedAt,
            FinishedAt = context.Time.GetUtcNow(),
            RunFile = new ReceiptRunFile(
                Path.GetFileName(head.Path), reader.LengthRead, reader.DigestOfRead() ?? RunFileReader.DigestOf(head.Path, reader.LengthRead)),
            Records = new ReceiptRecords(
                replay.Ledger.Records, replay.Ledger.Counts(), LostRecords(), replay.Ledger.Lost, replay.Ledger.DamagedBytes),
            Streams = new Dictionary<string, ReceiptStream>
            {
                [StreamFiles.History] = new(lines.History.Base, lines.History.Count),
                [StreamFiles.Events] = new(lines.Events.Base, lines.Events.Count),
                [StreamFiles.Console] = new(lines.Console.Base, lines.Console.Count),
                [StreamFiles.Summary] = new(0, summary),
            },
            Files = uploads.Files,
            Artifacts = uploads.Artifacts,
            Alerts = Alerts,
            MissingFiles = uploads.MissingFiles,
            ExitCode = ExitCode,
            ExitSource = ExitCode is null ? null : replay.State.Exit is not null ? "record" : WriterEnd?.Source ?? "option",
        };
    }

    private static string Plural(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Some(IReadOnlyList<string> items) =>
        string.Join(", ", items.Take(5)) + (items.Count > 5 ? $" and {items.Count - 5} more" : "");
}
