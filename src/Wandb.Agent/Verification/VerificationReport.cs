using Wandb.Agent.Http;
using Wandb.Agent.Records;

namespace Wandb.Agent.Verification;

internal enum VerificationResult
{
    /// <summary>Everything that could be compared is on the server.</summary>
    Verified,

    /// <summary>Something differs or is missing.</summary>
    Differs,

    /// <summary>The server could not be asked, or not all that it had to be.</summary>
    Unanswered,

    /// <summary>The file cannot be used: empty, no run file, no run record, not readable.</summary>
    Unusable,
}

/// <summary>What the verification of one run found, over all of its run files that were given.</summary>
internal sealed record VerificationReport
{
    /// <summary>The run files as they were found, in the order of their start.</summary>
    public required IReadOnlyList<string> RunFiles { get; init; }

    public required VerificationResult Result { get; init; }

    /// <summary>One line: why a file or the server gave no answer; empty when all did.</summary>
    public string Message { get; init; } = "";

    /// <summary>As the server resolved it, else as it was asked for; null when no run record was read.</summary>
    public RunPath? Run { get; init; }

    public Uri? Url { get; init; }

    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Rows that the files hold; also below: what is here, not what the server has.</summary>
    public long HistoryLines { get; init; }

    /// <summary>Step of the last row; null when it has none.</summary>
    public long? LastStep { get; init; }

    public long EventLines { get; init; }

    public long ConsoleLines { get; init; }

    public int Files { get; init; }

    public int Artifacts { get; init; }

    /// <summary>Records that the files themselves have lost.</summary>
    public long LostRecords { get; init; }

    /// <summary>The losses by name, at most <see cref="RecordLedger.MaxLostListed"/> for each file.</summary>
    public IReadOnlyList<LostRecords> Lost { get; init; } = [];

    /// <summary>The command's exit status if this were the only run.</summary>
    public int ExitStatus => Result switch
    {
        VerificationResult.Verified when LostRecords > 0 => Commands.ExitStatus.LostRecords,
        VerificationResult.Verified => Commands.ExitStatus.Proved,
        _ => Commands.ExitStatus.NotOnServer,
    };

    /// <summary>The result that the findings add up to, when every question was answered.</summary>
    public static VerificationResult ResultOf(IEnumerable<Finding> findings) =>
        findings.Any(finding => finding.Verdict is FindingVerdict.Differs or FindingVerdict.Missing) ? VerificationResult.Differs : VerificationResult.Verified;
}
