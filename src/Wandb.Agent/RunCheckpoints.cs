using Wandb.Agent.Checkpoints;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Receipts;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Streaming;

namespace Wandb.Agent;

/// <summary>
/// Makes and keeps the checkpoints of one run file. A draft is made when a body is sealed and saved when the server has that body:
/// a checkpoint never passes an acknowledgement. Of a run that is followed, the draft of each body is kept; checkpoints are seconds apart.
/// </summary>
internal sealed class RunCheckpoints(
    RunContext context, RunHead head, StateDirectory state, RunFileReader reader, RunReplay replay, RunArtifacts artifacts, Quarantine quarantine)
{
    // The log holds what each request brought: only a machine that loses power goes back to the checkpoint.
    private const int FollowedIntervals = 3;

    private readonly CheckpointStore _store = new(state, head.Path, context.Durable);

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

    public int AlertsSent { get; private set; }

    /// <summary>Goes on behind a checkpoint of an earlier agent.</summary>
    public void ContinueFrom(Checkpoint checkpoint) => (AlertsSent, _sequence) = (checkpoint.AlertsSent, checkpoint.Sequence);

    /// <summary>Counts an alert that the server has, and keeps that: it cannot recognise a repeated one.</summary>
    public void SaveAlert(UpsertedBucket bucket)
    {
        AlertsSent++;
        Save(Draft(bucket));
    }

    public bool IsDue => _savedAt is not { } savedAt || context.Time.GetElapsedTime(savedAt) >= Interval;

    /// <summary>The run is followed: each request is kept, and checkpoints are further apart.</summary>
    public required bool IsFollowed { get; init; }

    private TimeSpan Interval => IsFollowed ? context.CheckpointInterval * FollowedIntervals : context.CheckpointInterval;

    /// <summary>Whether the last checkpoint does not say all that one would say now.</summary>
    public bool IsBehind => _hasAcknowledged || _savedOffset != reader.ResumeOffset;

    /// <summary>Everything that was read so far.</summary>
    public Checkpoint Draft(UpsertedBucket bucket) => new()
    {
        Version = Checkpoint.CurrentVersion,
        Server = context.Server.BaseUrl.AbsoluteUri,
        Entity = bucket.Path.Entity,
        Project = bucket.Path.Project,
        Run = bucket.Path.Run,
        StorageId = bucket.StorageId,
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
        Sequence = ++_sequence,
        ConsoleDue = replay.Stream.HasConsole ? [.. replay.Stream.ConsoleDue] : null,
    };

    /// <summary>
    /// Keeps what a request has brought before the next one goes: an agent that is killed repeats one request at most. Not oftener than checkpoints
    /// where they cannot be written.
    /// </summary>
    public void SaveAcknowledged(Checkpoint checkpoint)
    {
        if (IsDue && checkpoint.ConsoleDue is null)
            Save(checkpoint);
        else if (IsDue || !_isFailing)
        {
            _hasAcknowledged = true;
            Tell(checkpoint, _store.Append(checkpoint));
        }
    }

    /// <summary>A checkpoint that cannot be written costs time after a crash, not records: it is told once.</summary>
    public void Save(Checkpoint checkpoint)
    {
        (_savedAt, _savedOffset, _hasAcknowledged) = (context.Time.GetTimestamp(), checkpoint.Offset, false);
        Tell(checkpoint, _store.Save(checkpoint));
    }

    /// <summary>The last one, when everything is sent.</summary>
    public void SaveLast(Checkpoint checkpoint)
    {
        Save(checkpoint);
        if (!_isFailing)
            _store.RemoveLog();
    }

    private FileProof Proof()
    {
        if (_proof is not null)
            return _proof;
        var proof = FileProof.Of(reader.ReadStart(RunFileFormat.BlockBytes), reader.ResumeOffset);
        return proof.Bytes == RunFileFormat.BlockBytes ? _proof = proof : proof;
    }

    private void Tell(Checkpoint checkpoint, string? problem)
    {
        _isFailing = problem is not null;
        if (problem is null)
        {
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
