using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;
using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>What the board keeps of one run file.</summary>
internal sealed class BoardEntry(string file)
{
    public string File => file;

    /// <summary>Null before the pipeline told any.</summary>
    public RunFacts? Facts { get; set; }

    /// <summary>Null while somebody works on the file.</summary>
    public RunReport? Report { get; set; }

    /// <summary>SHA-256 of the receipt, lowercase hex; null without one.</summary>
    public string? ReceiptDigest { get; set; }

    /// <summary>When the end was known; null before.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Somebody else uploads it.</summary>
    public bool IsObserved { get; set; }

    /// <summary>It is only looked at, and nobody uploads it: why, in a sentence; null otherwise.</summary>
    public string? Unsent { get; set; }

    /// <summary>What is in the file as somebody has counted it who does not send it; null: nobody has.</summary>
    public RunFileCount? Counted { get; set; }

    /// <summary>The file has no whole run record yet.</summary>
    public bool IsPending => Facts is null && Report is null;

    public BacklogAge Backlog { get; } = new();

    /// <summary>What became of it when the agent ends; null: somebody uploads it.</summary>
    public RunReport? UnsentReport => Unsent is null ? null : new RunReport
    {
        File = File,
        Result = SyncResult.Incomplete,
        IsWorthAnotherTry = true,
        Message = Unsent,
        Run = Facts?.Run,
        HistoryLines = Counted?.Rows ?? 0,
        ExitCode = Counted?.ExitCode,
    };

    /// <summary>The state that was told last: another one is worth a report.</summary>
    public ReportedRunState? Told { get; set; }
}
