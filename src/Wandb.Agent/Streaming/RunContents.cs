using Google.Protobuf;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;

namespace Wandb.Agent.Streaming;

/// <summary>
/// What one run file holds, as far as a server can be asked about it: lines become numbers and fingerprints, everything else state.
/// Counts the lines that a sync sends, by the same rules, and keeps none but the last row. Not thread-safe.
/// </summary>
/// <param name="history">Is told of every row; one search may go through all run files of a run.</param>
/// <param name="events">Is told of every line of system metrics.</param>
/// <param name="state">The state where the reading begins; null: at the start of the file.</param>
internal sealed class RunContents(ResumeSearch history, ResumeSearch events, RunState? state = null)
{
    private readonly LineBuffer _scratch = new(1024);
    private readonly List<LoggedArtifact> _artifacts = [];
    private HistoryLine? _historyLine;
    private byte[] _lastRow = [];

    public RunState State { get; } = state ?? new(RunOverrides.None);

    public RecordLedger Ledger { get; } = new();

    /// <summary>Rows that a sync sends.</summary>
    public long HistoryLines { get; private set; }

    /// <summary>Rows over the server's limit for a line: a sync sets them aside.</summary>
    public long RowsOverLimit { get; private set; }

    public long EventLines { get; private set; }

    public long ConsoleLines => State.Console?.NextNumber ?? 0;

    /// <summary>Fingerprint of the last row; null without rows.</summary>
    public ulong? LastRow => HistoryLines == 0 ? null : RowFingerprint.OfLine(_lastRow);

    /// <summary>Fingerprint of the last line of system metrics; null without one.</summary>
    public ulong? LastEvent { get; private set; }

    /// <summary><c>_step</c> of the last row; null without rows, or when it has none.</summary>
    public long? LastStep => HistoryLines == 0 ? null : RowStep.Of(_lastRow);

    /// <summary>In the order of their records.</summary>
    public IReadOnlyList<LoggedArtifact> Artifacts => _artifacts;

    /// <param name="start">Where the record begins in the file.</param>
    /// <param name="end">Where the next one may begin.</param>
    public void Add(ReadOnlySpan<byte> payload, long start, long end)
    {
        if (!RecordEnvelope.TryParse(payload, out var record))
        {
            // Its number is unknown; the gap that it leaves will tell.
            Ledger.AddDamage(new Damage(start, end, DamageReason.NotProtobuf));
            return;
        }
        Ledger.AddRecord(record.Num, record.Field);
        var isReadable = record.Kind switch
        {
            RecordKind.History => AddRow(record.Body),
            RecordKind.Stats => AddEvent(record.Body),
            RecordKind.Artifact => AddArtifact(record, start),
            _ => State.Apply(record, start),
        };
        if (!isReadable)
            Ledger.AddUnreadable(record.Num, start, end);
        if (record.Kind is RecordKind.Output or RecordKind.OutputRaw or RecordKind.OutputLogger)
            State.Console?.TakeChanges();
    }

    private bool AddRow(ReadOnlySpan<byte> record)
    {
        _scratch.Clear();
        if (record.Length > StreamFiles.MaxLineBytes && HistoryLine.ValueBytes(record) > StreamFiles.MaxLineBytes)
        {
            RowsOverLimit++;
            return true;
        }
        if (record.Length > StreamFiles.BodyBytes)
            _scratch.Reserve(record);
        _historyLine ??= new HistoryLine(State.Paths);
        if (_historyLine.Append(record, _scratch) != RowOutcome.Appended)
            return false;
        if (_historyLine.LineBytes > StreamFiles.MaxLineBytes)
        {
            RowsOverLimit++;
            return true;
        }
        _lastRow = JsonString.Unescape(_scratch.WrittenSpan[1..^1]);
        HistoryLines++;
        history.Add(RowFingerprint.OfLine(_lastRow));
        return true;
    }

    private bool AddEvent(ReadOnlySpan<byte> record)
    {
        _scratch.Clear();
        if (EventLine.Append(record, State.Start, _scratch) != RowOutcome.Appended)
            return false;
        LastEvent = RowFingerprint.OfLine(_scratch.WrittenSpan);
        EventLines++;
        events.Add(LastEvent);
        return true;
    }

    private bool AddArtifact(in RecordEnvelope record, long start)
    {
        try
        {
            var artifact = ArtifactRecord.Parser.ParseFrom(record.Body);
            _artifacts.Add(new LoggedArtifact(start, artifact.Type, artifact.Name, artifact.Digest, artifact.ClientId)
            {
                IsFinal = artifact.Finalize,
                IsPartial = artifact.IncrementalBeta1 || artifact.DistributedId.Length > 0,
            });
            return State.Apply(record, start);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}

/// <summary>An artifact as its record names it.</summary>
/// <param name="Offset">Where the record stands in the run file.</param>
/// <param name="Digest">Hex digest of the manifest.</param>
/// <param name="ClientId">The trainer's own id of the version; empty in old files.</param>
internal sealed record LoggedArtifact(long Offset, string Type, string Name, string Digest, string ClientId)
{
    /// <summary>False: another writer commits the version.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Its manifest adds to another one: the server's digest is that of the whole.</summary>
    public bool IsPartial { get; init; }
}
