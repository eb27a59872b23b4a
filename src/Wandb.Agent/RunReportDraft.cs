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
internal sealed class RunReportDraft(RunWork work, StateDirectory stateDirectory)
{
    private readonly DateTimeOffset _startedAt = work.Context.Time.GetUtcNow();
    private readonly long _length = work.Reader.CurrentLength;
    private readonly WorkBegin _begin = new(work.Replay.Ledger.Records, work.Replay.Ledger.LostCount, work.Quarantine.Count, work.Reader.ResumeOffset);
    private long _rowsAcknowledged = work.Replay.Stream.Lines.History.Count;
    private long _recordsAcknowledged = work.Replay.Ledger.Records;
    private long _bytesAcknowledged = work.Reader.ResumeOffset;

    public UpsertedBucket? Bucket { get; set; }

    public int Alerts { get; set; }

    /// <summary>The code that the run was closed with.</summary>
    public int? ExitCode { get; set; }

    /// <summary>How the writer ended, told by others than the file; null: not known, or the file has an exit record.</summary>
    public WriterEnd? WriterEnd { get; set; }

    public void Acknowledged(long rows, long records, long position) =>
        (_rowsAcknowledged, _recordsAcknowledged, _bytesAcknowledged) = (rows, records, position);

    public RunProgress Progress(string phase) => new(work.Head.Path, Bucket?.Path, phase, Math.Max(_length, work.Reader.LengthRead), _bytesAcknowledged, _rowsAcknowledged);

    /// <returns>Null before the file has told whose run it is.</returns>
    public RunFacts? Facts(string phase)
    {
        var identity = work.Replay.State.Identity;
        if (!identity.IsKnown)
            return null;
        var variables = identity.Variables;
        return new RunFacts
        {
            File = work.Head.Path,
            Begin = _begin,
            Run = Bucket?.Path ?? new RunPath(identity.Entity, identity.Project, identity.RunId),
            Phase = phase,
            Url = Bucket is { } bucket ? work.Context.Server.PageUrl(bucket.Path) : null,
            DisplayName = variables.DisplayName ?? Bucket?.DisplayName,
            Group = variables.GroupName,
            JobType = variables.JobType,
            StartedAt = identity.StartTime,
            Summary = work.Replay.State.Summary.Values(work.Context.Options.ToldSummary),
            RowsRead = work.Replay.Stream.Lines.History.Count,
            RowsAcknowledged = _rowsAcknowledged,
            BytesRead = work.Reader.LengthRead,
            BytesAcknowledged = _bytesAcknowledged,
            BytesWhole = work.Reader.ResumeOffset,
            RecordsRead = work.Replay.Ledger.Records,
            RecordsAcknowledged = _recordsAcknowledged,
            RecordsLost = work.Replay.Ledger.LostCount,
            SetAside = SetAside,
            Files = work.Uploads.Files.Count,
            Artifacts = work.Artifacts.Done.Count,
            ExitCode = ExitCode ?? work.Replay.State.Exit?.Code ?? WriterEnd?.Code,
            ExitReason = WriterEnd?.Reason ?? "",
        };
    }

    /// <summary>Whether somebody writes the file: it is longer than it was, or than what was read.</summary>
    public bool IsGrowing => work.Reader.CurrentLength > Math.Max(_length, work.Reader.LengthRead);

    /// <summary>
    /// The code to close the run with: that of its exit record, or the one the user gave for runs without. A run that goes on elsewhere,
    /// or whose file still grows, stays open.
    /// </summary>
    public int? DecideExit() => work.Replay.State.Exit switch
    {
        { NotComplete: true } => null,
        { } exit => exit.Code,
        null => IsGrowing ? null : WriterEnd?.Code ?? work.Context.Options.FinishCode,
    };

    /// <summary>Why not everything is on the server, in one line; null when everything is.</summary>
    public string? Problem()
    {
        var problems = new List<string>([.. work.Artifacts.Problems, .. work.Uploads.Problems]);
        if (work.Uploads.MissingFiles.Count > 0 && !work.Context.Options.AllowMissing)
            problems.Add($"{Plural(work.Uploads.MissingFiles.Count, "file")} of the run not on this machine: {Some(work.Uploads.MissingFiles)} (--allow-missing accepts that)");
        if (work.Quarantine.Count > 0)
            problems.Add($"{Plural(work.Quarantine.Count, "item")} set aside: {Some(work.Quarantine.Reasons)}");
        return problems.Count == 0 ? null : string.Join("; ", problems);
    }

    public RunReport Incomplete(string message) => Report(SyncResult.Incomplete) with { Message = message };

    public RunReport Done()
    {
        var isClosed = ExitCode is not null || work.Replay.State.Exit is not null;
        var report = Report(isClosed ? SyncResult.Synced : SyncResult.Unfinished);
        var (path, problem) = new ReceiptStore(stateDirectory, work.Head.Path, work.Context.Durable).Save(Receipt(isClosed), marked: isClosed);
        if (path is null)
            return report with { Result = SyncResult.Incomplete, IsWorthAnotherTry = true, Message = $"everything is on the server, but the receipt cannot be written: {problem}" };
        if (problem is not null)
            work.Context.Observer.Note(work.Head.Path, $"the marker .synced cannot be written: {problem}");
        return report with { ReceiptPath = path, Message = isClosed ? Closed() : Unfinished() };
    }

    /// <summary>What the server does not take. What could not be sent is not among it, nor what is not on this machine.</summary>
    private int SetAside =>
        work.Quarantine.Count + work.Uploads.Problems.Count - work.Uploads.Unsent + work.Artifacts.Refused;

    private string Closed()
    {
        if (WriterEnd is null || work.Replay.State.Exit is not null)
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

    /// <summary>What follows the last record of a file without an exit record; null: nothing. Behind an exit record nothing was to come.</summary>
    private Damage? Torn => work.Replay.State.Exit is null ? work.Replay.Ledger.Tail : null;

    /// <summary>Losses with a number are in the report by name; of the end of the file only the bytes are known.</summary>
    private string TornEnd() => Torn switch
    {
        null => "",
        // As a file system leaves it that has lost its power: the length was written, and the bytes were not.
        { Reason: DamageReason.ZeroedArea } zeros => $"the file ends with {Plural(zeros.Bytes, "byte")} of zeros{(IsGrowing ? "" : ": what was there is lost")}",
        { } tail => $"the file ends with {Plural(tail.Bytes, "byte")} that are no whole record ({Damage.Describe(tail.Reason)})",
    };

    private RunReport Report(SyncResult result)
    {
        var variables = work.Replay.State.Identity.Variables;
        var lines = work.Replay.Stream.Lines;
        var counts = work.Replay.Ledger.Counts();
        return new RunReport
        {
            File = work.Head.Path,
            Result = result,
            Run = Bucket?.Path ?? (work.Head.Run is { } run ? new RunPath(run.Entity, run.Project, run.RunId) : null),
            Url = Bucket is { } bucket ? work.Context.Server.PageUrl(bucket.Path) : null,
            DisplayName = variables.DisplayName ?? Bucket?.DisplayName,
            Group = variables.GroupName,
            JobType = variables.JobType,
            FileBytes = work.Reader.LengthRead,
            Records = work.Replay.Ledger.Records,
            HistoryLines = lines.History.Count,
            EventLines = lines.Events.Count,
            ConsoleLines = lines.Console.Count,
            LostRecords = work.Replay.Ledger.LostCount + TornRecords(),
            TornRecords = TornRecords(),
            Lost = work.Replay.Ledger.Lost,
            UnknownRecords = counts.Where(kind => kind.Key.StartsWith("unknown", StringComparison.Ordinal)).Sum(kind => kind.Value),
            Files = work.Uploads.Files.Count,
            MissingFiles = work.Uploads.MissingFiles,
            Artifacts = work.Artifacts.Done.Count,
            SetAside = SetAside,
            ExitCode = ExitCode,
            IsClosedWithoutRecord = ExitCode is not null && work.Replay.State.Exit is null,
            IsGrowing = IsGrowing,
            Duration = work.Context.Time.GetUtcNow() - _startedAt,
        };
    }

    /// <summary>A file that was declared complete and ends inside a record, or with zeros, has lost that one as well.</summary>
    private long TornRecords() => ExitCode is not null && Torn is not null ? 1 : 0;

    private Receipt Receipt(bool isClosed)
    {
        var lines = work.Replay.Stream.Lines;
        var summary = work.Replay.State.Summary.Version > 0 ? 1 : 0;
        return new Receipt
        {
            ReceiptVersion = Receipts.Receipt.CurrentVersion,
            AgentVersion = work.Context.Version,
            State = isClosed ? Receipts.Receipt.SyncedState : "unfinished",
            Server = work.Context.Server.BaseUrl.AbsoluteUri,
            Entity = Bucket!.Path.Entity,
            Project = Bucket.Path.Project,
            Run = Bucket.Path.Run,
            StorageId = Bucket.StorageId,
            StartedAt = _startedAt,
            FinishedAt = work.Context.Time.GetUtcNow(),
            RunFile = new ReceiptRunFile(
                Path.GetFileName(work.Head.Path), work.Reader.LengthRead, work.Reader.DigestOfRead() ?? RunFileReader.DigestOf(work.Head.Path, work.Reader.LengthRead)),
            Records = new ReceiptRecords(
                work.Replay.Ledger.Records, work.Replay.Ledger.Counts(), work.Replay.Ledger.LostCount + TornRecords(), work.Replay.Ledger.Lost, work.Replay.Ledger.DamagedBytes),
            Streams = new Dictionary<string, ReceiptStream>
            {
                [StreamFiles.History] = new(lines.History.Base, lines.History.Count),
                [StreamFiles.Events] = new(lines.Events.Base, lines.Events.Count),
                [StreamFiles.Console] = new(lines.Console.Base, lines.Console.Count),
                [StreamFiles.Summary] = new(0, summary),
            },
            Files = work.Uploads.Files,
            Artifacts = work.Artifacts.Done,
            Alerts = Alerts,
            MissingFiles = work.Uploads.MissingFiles,
            ExitCode = ExitCode,
            ExitSource = ExitCode is null ? null : work.Replay.State.Exit is not null ? Receipts.Receipt.ExitOfRecord : WriterEnd?.Source ?? "option",
        };
    }

    private static string Plural(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Some(IReadOnlyList<string> items) =>
        string.Join(", ", items.Take(5)) + (items.Count > 5 ? $" and {items.Count - 5} more" : "");
}
