using Wandb.Agent.Checkpoints;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Receipts;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Streaming;

namespace Wandb.Agent;

/// <summary>
/// Makes and keeps the checkpoints of one run file. A draft is made when a body is sealed and saved when the server has that body:
/// a checkpoint never passes an acknowledgement.
/// </summary>
internal sealed class RunCheckpoints(
    RunContext context, RunHead head, StateDirectory state, RunFileReader reader, RunReplay replay, RunArtifacts artifacts, Quarantine quarantine)
{
    private readonly CheckpointStore _store = new(state, head.Path, context.Durable);

    // Null: the first acknowledgement is kept at once. Not the time of day: a clock that is set back must not keep checkpoints waiting.
    private long? _savedAt;
    private bool _problemTold;

    public int AlertsSent { get; set; }

    /// <summary>How far the last checkpoint goes; null before the first.</summary>
    public long? SavedOffset { get; private set; }

    public bool IsDue => _savedAt is not { } savedAt || context.Time.GetElapsedTime(savedAt) >= context.CheckpointInterval;

    /// <summary>Everything that was read so far.</summary>
    public Checkpoint Draft(UpsertedBucket bucket) => new()
    {
        Version = Checkpoint.CurrentVersion,
        Server = context.Server.BaseUrl.AbsoluteUri,
        Entity = bucket.Path.Entity,
        Project = bucket.Path.Project,
        Run = bucket.Path.Run,
        StorageId = bucket.StorageId,
        Proof = FileProof.Of(reader.ReadStart(RunFileFormat.BlockBytes), reader.ResumeOffset),
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
    };

    /// <summary>A checkpoint that cannot be written costs time after a crash, not records: it is told once.</summary>
    public void Save(Checkpoint checkpoint)
    {
        (_savedAt, SavedOffset) = (context.Time.GetTimestamp(), checkpoint.Offset);
        if (_store.Save(checkpoint) is not { } problem)
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
