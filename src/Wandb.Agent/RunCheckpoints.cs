using Wandb.Agent.Checkpoints;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Receipts;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Streaming;

namespace Wandb.Agent;

/// <summary>
/// Makes and keeps the checkpoints of one run file. A draft is made when a body is sealed and saved when the server has that body:
/// a checkpoint never passes an acknowledgement. Of a run that is followed, the draft of each body is kept in a log; checkpoints are seconds apart.
/// </summary>
internal sealed class RunCheckpoints(
    RunContext context, RunHead head, StateDirectory state, RunFileReader reader, RunReplay replay, RunArtifacts artifacts, Quarantine quarantine)
{
    // Where a log holds what each request brought, only a machine that loses power goes back to the checkpoint.
    private const int IntervalsWithLog = 3;

    private readonly CheckpointStore _store = new(state, head.Path, context.Durable);

    // Where this agent has begun, as long as it has kept nothing itself.
    private Checkpoint? _begin;

    // Null: the first acknowledgement is kept at once. Not the time of day: a clock that is set back must not keep checkpoints waiting.
    private long? _savedAt;
    private bool _isFailing;
    private bool _problemTold;
    private long? _savedOffset;

    // Something was acknowledged since the last checkpoint.
    private bool _hasAcknowledged;

    // Of the whole first block, which stays as it is.
    private FileProof? _proof;
    private long _sequence;

    // Of what was kept last: its number, and what had been refused by then.
    private long _kept;
    private RefusedMark _refusedByThen;

    // From where console lines that are in no sealed body can be made again; null: all that was read are in one.
    private ConsoleOrigin? _console = new(reader.ResumeOffset, replay.State.Console?.ToSnapshot(), 0);

    // Line numbers at the end of the last sealed body.
    private StreamLines _sealed = replay.Stream.Lines;

    public int AlertsSent { get; private set; }

    /// <summary>Lines that the server refused.</summary>
    public RefusedLines Refused { get; } = new();

    public bool IsDue => _savedAt is not { } savedAt || context.Time.GetElapsedTime(savedAt) >= Interval;

    /// <summary>Each request is kept in a log, as of a run that is followed, and checkpoints are further apart.</summary>
    public required bool KeepsEachRequest { get; init; }

    private TimeSpan Interval => KeepsEachRequest ? context.CheckpointInterval * IntervalsWithLog : context.CheckpointInterval;

    /// <summary>Whether the last checkpoint does not say all that one would say now.</summary>
    public bool IsBehind => _hasAcknowledged || _savedOffset != reader.ResumeOffset;

    private ConsoleOrigin? ConsoleDue => replay.Stream.FirstConsoleDue is { } first && _console is { } origin ? origin with { FirstLine = first } : null;

    /// <summary>Begins behind a checkpoint of an earlier agent, or, without one, before the first record.</summary>
    public void Begin(Checkpoint? checkpoint)
    {
        _begin = checkpoint ?? Draft(null);
        (AlertsSent, _sequence) = (_begin.AlertsSent, _begin.Sequence);
        _console = checkpoint?.ConsoleDue ?? _console;
    }

    /// <summary>
    /// Keeps where this agent begins, before it tells the server who writes the file: where the first request fails, or the agent ends with it, nothing else
    /// says afterwards that none of the server's lines were its own. The first acknowledgement is kept at once all the same.
    /// </summary>
    public void SaveBegin(RunResumeState server)
    {
        if (_begin is { } begin)
            Keep(begin with { StorageId = server.StorageId, Proof = Proof() }, _store.Save);
    }

    /// <summary>Everything that was read so far.</summary>
    /// <param name="bucket">Null: the server was not told of the run yet.</param>
    public Checkpoint Draft(UpsertedBucket? bucket) => new()
    {
        Version = Checkpoint.CurrentVersion,
        Server = context.Server.BaseUrl.AbsoluteUri,
        Entity = bucket?.Path.Entity ?? "",
        Project = bucket?.Path.Project ?? "",
        Run = bucket?.Path.Run ?? "",
        StorageId = bucket?.StorageId ?? "",
        Proof = Proof(),
        Offset = reader.ResumeOffset,
        History = replay.Stream.Lines.History,
        Events = replay.Stream.Lines.Events,
        Console = replay.Stream.Lines.Console,
        Ledger = replay.Ledger.Snapshot(),
        State = replay.State.ToSnapshot(),
        AlertsSent = AlertsSent,
        SetAside = [.. quarantine.Reasons],
        SetAsideCount = quarantine.Count,
        Artifacts = [.. artifacts.Done],
        ConsoleDue = ConsoleDue,
        AlertDue = replay.AlertOffset,
        AlertsWaiting = replay.AlertsWaiting is { Count: > 0 } waiting ? [.. waiting.Select(alert => alert.Offset)] : null,
    };

    /// <summary>Before records are read: console lines that will have to wait can be made again from here.</summary>
    public void NoteConsole() => _console ??= new ConsoleOrigin(reader.ResumeOffset, replay.State.Console?.ToSnapshot(), 0);

    /// <summary>What is to be kept of the body that was sealed just now.</summary>
    /// <param name="isKept">Whether anything is when the server has it all.</param>
    public SealedBody Sealed(UpsertedBucket bucket, bool isKept)
    {
        var (begin, console) = (_sealed, _console);
        _sealed = replay.Stream.Lines;
        if (!replay.Stream.HasConsole)
            _console = null;
        return new SealedBody { Whole = isKept ? Draft(bucket) : null, Console = console, Begin = begin, End = _sealed, Refused = Refused.Mark };
    }

    /// <summary>
    /// Keeps what a request has brought before the next one goes: an agent that is killed repeats one request at most. Not oftener than checkpoints
    /// where they cannot be written.
    /// </summary>
    public void SaveAcknowledged(SealedBody body)
    {
        if (body.Decided(replay.Stream.Lines) is not { } decided)
            return;
        var checkpoint = WithRefused(decided, body.Refused);
        if (IsDue && checkpoint is { ConsoleDue: null, AlertDue: null })
            Save(checkpoint);
        else if (IsDue || !_isFailing)
            Append(checkpoint);
    }

    /// <summary>Keeps how far a body is that the server takes in parts, like what a request has brought.</summary>
    public void SavePart(UpsertedBucket bucket, SealedBody body, BodyProgress progress)
    {
        var now = replay.Stream.Lines;
        if (_isFailing)
            return;
        if (progress.File == StreamFiles.Console)
        {
            if (body.DecidedInConsole(progress.Next, now) is { } checkpoint)
                Append(WithRefused(checkpoint, body.Refused));
        }
        else if (LastKept(bucket) is { } before)
        {
            Append(WithRefused(body.DecidedInLines(progress, before, now), _refusedByThen));
        }
    }

    /// <summary>
    /// Counts an alert that the server has, and keeps that: it cannot recognise a repeated one. Everything that was read must be acknowledged.
    /// </summary>
    public void SaveAlert(UpsertedBucket bucket)
    {
        AlertsSent++;
        Save(Draft(bucket));
    }

    /// <summary>A checkpoint that cannot be written costs time after a crash, not records: it is told once.</summary>
    public void Save(Checkpoint checkpoint)
    {
        (_savedAt, _savedOffset, _hasAcknowledged) = (context.Time.GetTimestamp(), checkpoint.Offset, false);
        Keep(checkpoint, _store.Save);
    }

    /// <summary>The last one, when everything is sent.</summary>
    public void SaveLast(Checkpoint checkpoint)
    {
        Save(checkpoint);
        if (!_isFailing)
            _store.RemoveLog();
    }

    private void Append(Checkpoint checkpoint)
    {
        _hasAcknowledged = true;
        Keep(checkpoint, _store.Append);
    }

    /// <param name="since">What had been refused when the checkpoint was made.</param>
    private Checkpoint WithRefused(Checkpoint checkpoint, RefusedMark since)
    {
        var (count, reasons) = Refused.Since(since);
        return count == 0 ? checkpoint : checkpoint with { SetAside = [.. checkpoint.SetAside, .. reasons], SetAsideCount = checkpoint.SetAsideCount + count };
    }

    /// <summary>What an agent that began now would begin with.</summary>
    /// <returns>Null when it cannot be read back.</returns>
    private Checkpoint? LastKept(UpsertedBucket bucket) => _begin is { } begin
        ? begin with { Entity = bucket.Path.Entity, Project = bucket.Path.Project, Run = bucket.Path.Run, StorageId = bucket.StorageId, Proof = Proof() }
        : _store.Stored().FirstOrDefault(stored => stored.Checkpoint is { } kept && kept.Sequence == _kept && kept.StorageId == bucket.StorageId)?.Checkpoint;

    private FileProof Proof()
    {
        if (_proof is not null)
            return _proof;
        var proof = FileProof.Of(reader.ReadStart(RunFileFormat.BlockBytes), reader.ResumeOffset);
        return proof.Bytes == RunFileFormat.BlockBytes ? _proof = proof : proof;
    }

    private void Keep(Checkpoint checkpoint, Func<Checkpoint, string?> write)
    {
        checkpoint = checkpoint with { Sequence = ++_sequence };
        var problem = write(checkpoint);
        _isFailing = problem is not null;
        if (problem is null)
        {
            (_begin, _kept, _refusedByThen) = (null, _sequence, Refused.Mark);
            context.Observer.CheckpointKept(head.Path, checkpoint.Offset);
            return;
        }
        context.Observer.CheckpointFailed(head.Path, problem);
        if (!_problemTold)
        {
            _problemTold = true;
            context.Observer.Note(head.Path, $"no checkpoint can be written ({problem}): an interrupted sync starts over, nothing is lost");
        }
    }
}
