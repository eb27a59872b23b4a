using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.State;

namespace Wandb.Agent.Streaming;

/// <summary>What the shell has to do before the next record is read.</summary>
internal enum ReplayStep
{
    Continue,

    /// <summary>Send the alert of <see cref="RunReplay.Alert"/>: what comes behind it must not be on the server before it.</summary>
    SendAlert,

    /// <summary>Something of this record is set aside, see <see cref="RunReplay.Refused"/>.</summary>
    SetAside,
}

/// <summary>Something that cannot be sent, with its reason.</summary>
/// <param name="What">Good for a file name: <c>history-record-17</c>.</param>
/// <param name="Content">Empty: the record itself, which may be too long for a second copy of it.</param>
internal sealed record RefusedContent(string What, string Reason, byte[] Content);

/// <param name="Offset">Where its record begins in the file.</param>
internal sealed record WaitingAlert(AlertRecord Alert, long Offset);

/// <summary>Takes the records of one run file one by one: lines go to the stream, everything else to the state. Pure but for the buffers that it fills.</summary>
internal sealed class RunReplay(RunState state, StreamState stream, RecordLedger ledger, bool structuredConsole)
{
    // A console that nobody asks keeps its lines: so often they are taken.
    private const int ConsoleLinesKept = 256;

    private readonly LineBuffer _scratch = new(512);
    private readonly List<WaitingAlert> _alertsWaiting = [];
    private long _consoleTaken;

    public RunState State => state;

    public StreamState Stream => stream;

    public RecordLedger Ledger => ledger;

    /// <summary>Called with every console line that cannot change any more; for output.log.</summary>
    public Action<ConsoleLine>? ConsoleFinished { get; set; }

    /// <summary>An alert that was read and not taken yet.</summary>
    public AlertRecord? Alert { get; private set; }

    /// <summary>Where the record of <see cref="Alert"/> begins; null: there is none.</summary>
    public long? AlertOffset { get; private set; }

    public RefusedContent? Refused { get; private set; }

    /// <param name="start">Where the record begins in the file.</param>
    /// <param name="end">Where the next one may begin.</param>
    public ReplayStep Apply(ReadOnlySpan<byte> payload, long start, long end)
    {
        if (!RecordEnvelope.TryParse(payload, out var record))
        {
            // Its number is unknown; the gap that it leaves will tell.
            ledger.AddDamage(new RunFiles.Damage(start, end, RunFiles.DamageReason.NotProtobuf));
            return ReplayStep.Continue;
        }
        ledger.AddRecord(record.Num, record.Field);
        switch (record.Kind)
        {
            case RecordKind.History:
                var row = stream.AddRow(record.Body, out var tooLong);
                if (tooLong is null)
                    return Judge(row, record, start, end);
                var size = tooLong.Length > 0 ? $"{stream.LastLineBytes}" : $"more than {stream.LastLineBytes}";
                Refused = new RefusedContent($"history-record-{record.Num}", $"a row of {size} bytes, over the limit of {StreamFiles.MaxLineBytes}", tooLong);
                return ReplayStep.SetAside;
            case RecordKind.Stats:
                return Judge(stream.AddEvent(record.Body, state.Start), record, start, end);
            case RecordKind.Alert:
                TakeNoteOfAlert(record.Body, start);
                return Alert is null ? Judge(RowOutcome.Malformed, record, start, end) : ReplayStep.SendAlert;
            case RecordKind.Preempting:
                stream.SetPreempting();
                return ReplayStep.Continue;
        }
        var outcome = state.Apply(record, start) ? RowOutcome.Appended
            : record.Kind is RecordKind.Summary or RecordKind.Config or RecordKind.Run ? RowOutcome.InvalidValue : RowOutcome.Malformed;
        if (state.Console is { } console && console.NextNumber - _consoleTaken > ConsoleLinesKept)
            TakeConsole();
        return Judge(outcome, record, start, end);
    }

    /// <summary>Alerts that were taken and that the server has not, in their order.</summary>
    public IReadOnlyList<WaitingAlert> AlertsWaiting => _alertsWaiting;

    /// <summary>The alert of <see cref="ReplayStep.SendAlert"/> waits from here on, behind those that do already.</summary>
    public void TakeAlert()
    {
        _alertsWaiting.Add(new WaitingAlert(Alert!, AlertOffset!.Value));
        DropAlert();
    }

    /// <summary>The server has the alert of <see cref="ReplayStep.SendAlert"/>.</summary>
    public void DropAlert() => (Alert, AlertOffset) = (null, null);

    /// <summary>The first of <see cref="AlertsWaiting"/> is on the server, or set aside.</summary>
    public void SettleAlert() => _alertsWaiting.RemoveAt(0);

    /// <summary>Takes an alert again that an earlier agent has counted and not sent.</summary>
    /// <param name="payload">Its record.</param>
    /// <param name="start">Where that begins.</param>
    /// <returns>False when it is no alert.</returns>
    public bool RestoreAlert(ReadOnlySpan<byte> payload, long start)
    {
        if (RecordEnvelope.TryParse(payload, out var record) && record.Kind == RecordKind.Alert)
            TakeNoteOfAlert(record.Body, start);
        return Alert is not null;
    }

    /// <summary>Takes console lines again that an earlier agent has counted and not sent.</summary>
    /// <param name="changes">Among them there may be some that it has sent.</param>
    /// <param name="firstLine">Server number of the first one that it has not.</param>
    public void RestoreConsole(ConsoleChanges changes, long firstLine)
    {
        foreach (var line in changes.Changed)
        {
            if (stream.Lines.Console.Base + line.Number >= firstLine)
                AddConsole(line);
        }
    }

    /// <summary>Hands the console's changes to the stream; before a body is sealed that shall hold everything so far.</summary>
    public void TakeConsole()
    {
        if (state.Console is not { } console)
            return;
        var changes = console.TakeChanges();
        foreach (var line in changes.Changed)
            AddConsole(line);
        foreach (var line in changes.Finished)
            ConsoleFinished?.Invoke(line);
        _consoleTaken = console.NextNumber;
    }

    private void AddConsole(ConsoleLine line)
    {
        _scratch.Clear();
        if (structuredConsole)
            ConsoleLineText.WriteStructured(_scratch, line);
        else
            ConsoleLineText.WritePlain(_scratch, line);
        stream.AddConsole(line.Number, System.Text.Encoding.UTF8.GetString(_scratch.WrittenSpan));
    }

    private void TakeNoteOfAlert(ReadOnlySpan<byte> body, long start)
    {
        Alert = ParseAlert(body);
        AlertOffset = Alert is null ? null : start;
    }

    private ReplayStep Judge(RowOutcome outcome, in RecordEnvelope record, long start, long end)
    {
        if (outcome == RowOutcome.Appended)
            return ReplayStep.Continue;
        ledger.AddUnreadable(record.Num, start, end);
        Refused = new RefusedContent(
            $"record-{record.Num}",
            outcome == RowOutcome.InvalidValue ? "a value that is not JSON or nested deeper than 512 levels, or text that is not UTF-8" : "content that is not what its kind says",
            []);
        return ReplayStep.SetAside;
    }

    private static AlertRecord? ParseAlert(ReadOnlySpan<byte> body)
    {
        try
        {
            return AlertRecord.Parser.ParseFrom(body);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
