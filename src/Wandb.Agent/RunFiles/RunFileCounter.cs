using Google.Protobuf;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.State;

namespace Wandb.Agent.RunFiles;

/// <summary>
/// Counts what a growing run file holds, look by look, each byte once; nothing of it is sent, and nothing kept but its summary. A file that was replaced or cut is
/// counted anew. Not thread-safe.
/// </summary>
/// <param name="begin">What another reader has counted already; its bytes end where a record ends.</param>
/// <param name="summaryKeys">Of <see cref="RunFileCount.Summary"/>.</param>
internal sealed class RunFileCounter(string path, RunFileCount begin, IReadOnlyCollection<string> summaryKeys)
{
    private RunFileCount _begin = begin;
    private RecordLedger? _ledger;
    private SummaryState _summary = new(new ItemPathTable());
    private FileStamp? _stamp;

    public RunFileCount Count { get; private set; } = begin;

    /// <summary>Null before it was read.</summary>
    public RunRecord? Run { get; private set; }

    /// <summary>Reads what is new.</summary>
    /// <param name="ct">Ends early; the next look goes on there.</param>
    /// <returns>False: the file is as it was at the last look, or is not there.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public bool Look(CancellationToken ct)
    {
        if (FileStamp.Of(path) is not { } stamp || stamp == _stamp)
            return false;
        if (stamp.Length < Count.Bytes || _stamp is { } before && !before.IsSameFileAs(stamp))
            StartOver();
        if (stamp.Length <= RunFileFormat.HeaderBytes)
            return false;
        // From behind the header: a reader that begins at 0 takes the digest of the file, which nobody needs here.
        using var reader = RunFileReader.Open(path, Math.Max(Count.Bytes, RunFileFormat.HeaderBytes), follow: true);
        reader.Judge();
        while (!ct.IsCancellationRequested && reader.Next() is var result && result.Kind != RecordReadKind.NeedMoreData)
        {
            if (result.Kind == RecordReadKind.Record && RecordEnvelope.TryParse(result.Payload, out var record))
                Add(record);
        }
        Count = Count with
        {
            Bytes = reader.ResumeOffset,
            RecordsLost = _begin.RecordsLost + (_ledger?.LostCount ?? 0),
            Summary = _summary.Values(summaryKeys),
        };
        _stamp = ct.IsCancellationRequested ? _stamp : stamp;
        return true;
    }

    private void Add(in RecordEnvelope record)
    {
        // Whoever counted before knows what was lost there.
        _ledger ??= _begin.Records == 0 ? new RecordLedger() : RecordLedger.From(record.Num);
        _ledger.AddRecord(record.Num, record.Field);
        Count = Count with { Records = Count.Records + 1, Rows = Count.Rows + (record.Kind == RecordKind.History ? 1 : 0) };
        if (record.Kind == RecordKind.Summary)
            _summary.Apply(record.Body);
        if (record.Kind is not (RecordKind.Run or RecordKind.Exit))
            return;
        try
        {
            if (record.Kind == RecordKind.Run)
                Run ??= RunRecord.Parser.ParseFrom(record.Body);
            else
                Count = Count with { ExitCode = RunExitRecord.Parser.ParseFrom(record.Body).ExitCode };
        }
        catch (InvalidProtocolBufferException)
        {
            // Whoever sends the record sets it aside and says so.
        }
    }

    private void StartOver() =>
        (_begin, Count, _ledger, _summary, Run) = (RunFileCount.Nothing, RunFileCount.Nothing, null, new SummaryState(new ItemPathTable()), null);
}
