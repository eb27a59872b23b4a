using Wandb.Agent.Http;
using Wandb.Agent.Records;

namespace Wandb.Agent.Reporting;

/// <summary>What became of one run file: what a person and a script are told at the end.</summary>
internal sealed record RunReport
{
    /// <summary>The run file as it was found.</summary>
    public required string File { get; init; }

    public required SyncResult Result { get; init; }

    /// <summary>One line: what is wrong and what to do; empty when nothing is.</summary>
    public string Message { get; init; } = "";

    /// <summary>Entity, project and run id as the server resolved them; before that as the file names them; null when no run record was read.</summary>
    public RunPath? Run { get; init; }

    public Uri? Url { get; init; }

    public string? DisplayName { get; init; }

    public string? Group { get; init; }

    public string? JobType { get; init; }

    /// <summary>Length of the file in bytes as far as it was read.</summary>
    public long FileBytes { get; init; }

    /// <summary>Whole records read, all kinds.</summary>
    public long Records { get; init; }

    public long HistoryLines { get; init; }

    public long EventLines { get; init; }

    public long ConsoleLines { get; init; }

    /// <summary>Records that the file lost, proved by gaps in their numbers or by their unreadable content.</summary>
    public long LostRecords { get; init; }

    /// <summary>Of <see cref="LostRecords"/>: the one at the end of the file that its writer, or a disk without power, had not written whole. 0 or 1.</summary>
    public long TornRecords { get; init; }

    /// <summary>The losses by name, at most <see cref="RecordLedger.MaxLostListed"/>.</summary>
    public IReadOnlyList<LostRecords> Lost { get; init; } = [];

    /// <summary>Records of kinds that this agent does not know; they were skipped.</summary>
    public long UnknownRecords { get; init; }

    public int Files { get; init; }

    /// <summary>Files that the run names and that are not on this machine, relative to the run's <c>files/</c>.</summary>
    public IReadOnlyList<string> MissingFiles { get; init; } = [];

    public int Artifacts { get; init; }

    /// <summary>Lines, files and artifacts that the server refused for good; see the quarantine folder or <see cref="Message"/>.</summary>
    public int SetAside { get; init; }

    /// <summary>The exit code that the run was closed with; null while it is open.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Others than the file said that the run is over: a writer that goes on nevertheless opens it again.</summary>
    public bool IsClosedWithoutRecord { get; init; }

    /// <summary>The file was longer at the end than at the beginning: somebody is writing it.</summary>
    public bool IsGrowing { get; init; }

    /// <summary>Nothing is decided: the server was away or refused the run, or the work was stopped. A later try may end better.</summary>
    public bool IsWorthAnotherTry { get; init; }

    /// <summary>The run was not closed, because files or artifacts of it were refused or could not be read here: that may pass.</summary>
    public bool IsHeldOpen { get; init; }

    /// <summary>What the server said or did not say, when that is why the run is not on it; null for every other reason.</summary>
    public ApiFailure? Cause { get; init; }

    /// <summary>The file was cut, moved, removed or replaced while it was followed: going on needs a new look at it.</summary>
    public bool IsReplaced { get; init; }

    /// <summary>Skipped for its mark alone: no receipt says that this server has what the file holds.</summary>
    public bool IsUnproved { get; init; }

    /// <summary>Somebody waited for the end of this run, and it did not come: an open run is then not what was asked for.</summary>
    public bool IsGivenUp { get; init; }

    /// <summary>Where the receipt was written; null without one.</summary>
    public string? ReceiptPath { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>
    /// The command's exit status if this were the only run: 0 proved, 2 something is not on the server, or nothing proves that it is, 3 the file itself had
    /// lost records.
    /// </summary>
    public int ExitStatus => Result switch
    {
        SyncResult.Incomplete or SyncResult.Unusable => 2,
        SyncResult.Skipped when IsUnproved => 2,
        SyncResult.Unfinished when IsGivenUp => 2,
        SyncResult.Synced or SyncResult.Unfinished when LostRecords > 0 => 3,
        _ => 0,
    };
}
