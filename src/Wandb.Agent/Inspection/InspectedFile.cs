using Wandb.Agent.Commands;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Inspection;

/// <summary>A run file that was looked at.</summary>
/// <param name="Problem">Why it cannot be synced; null when it can.</param>
/// <param name="Summary">What could be read.</param>
/// <param name="LengthBytes">As far as it was read.</param>
internal sealed record InspectedFile(string Path, string? Problem, RunFileSummary Summary, long LengthBytes)
{
    public int Status => this switch
    {
        { Problem: not null } => ExitStatus.NotOnServer,
        { Summary.Ledger.LostCount: > 0 } => ExitStatus.LostRecords,
        _ => ExitStatus.Proved,
    };

    /// <summary>Reads a whole file through a window of fixed size.</summary>
    /// <exception cref="OperationCanceledException">The user stopped it.</exception>
    public static InspectedFile Read(string path, CancellationToken ct)
    {
        var summary = new RunFileSummary();
        try
        {
            using var reader = RunFileReader.Open(path, 0);
            var status = FileHeader.Check(reader.ReadStart(RunFileFormat.HeaderBytes));
            if (status != FileHeaderStatus.Valid)
                return new InspectedFile(path, FileHeader.Describe(status), summary, new FileInfo(path).Length);
            ReadRecords(reader, summary, ct);
            return new InspectedFile(path, ProblemOf(summary, reader.LengthRead), summary, reader.LengthRead);
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return new InspectedFile(path, ReadFailure.Describe(exception), summary, 0);
        }
    }

    private static void ReadRecords(RunFileReader reader, RunFileSummary summary, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var from = reader.ResumeOffset;
            var result = reader.Next();
            switch (result.Kind)
            {
                case RecordReadKind.Record:
                    summary.AddRecord(result.Payload, from, reader.ResumeOffset);
                    break;
                case RecordReadKind.Corrupt:
                    summary.AddDamage(result.Damage);
                    break;
                case RecordReadKind.NeedMoreData:
                    return;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
    }

    private static string? ProblemOf(RunFileSummary summary, long length) => summary switch
    {
        { Run.RunId.Length: > 0 } => null,
        _ when length <= RunFileFormat.HeaderBytes => "the SDK has not flushed anything yet (it writes in blocks of 32 KiB)",
        _ => "no run record: it cannot be told whose run this is",
    };
}
