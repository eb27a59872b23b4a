using Wandb.Agent.Checkpoints;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Receipts;
using Wandb.Agent.Records;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;
using Wandb.Agent.Uploads;

namespace Wandb.Agent;

/// <summary>What the steps of one run file's sync share. Used by one loop at a time.</summary>
internal sealed class RunWork : IDisposable
{
    /// <summary>Opens the file where a checkpoint says, or at its start.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public RunWork(RunContext context, RunHead head, RunPart part, RunOverrides overrides)
    {
        (Context, Head, Part) = (context, head, part);
        var stateDirectory = new StateDirectory(head.Path, context.StateRoot);
        var additions = new KeptAdditions(stateDirectory, head.Path, context.Durable);
        overrides = overrides with { Added = () => additions.With(context.Options.Additions(head)) };
        var checkpoint = part.Checkpoint;
        Quarantine = new Quarantine(stateDirectory, checkpoint?.SetAside ?? [], checkpoint?.SetAsideCount ?? 0);
        Reader = RunFileReader.Open(head.Path, checkpoint?.Offset ?? 0, follow: part.Follow is not null);
        var state = checkpoint is null ? new RunState(overrides) : RunState.FromSnapshot(checkpoint.State, overrides);
        if (checkpoint is null && head.Run is { } run)
            state.Begin(run);
        if (checkpoint is null && part.Earlier is { } earlier)
            state.ContinueFrom(earlier);
        else if (checkpoint is null && part.FollowsPartsElsewhere)
            state.ContinueFrom(part.OnServer?.Config, part.OnServer?.Summary);
        var lines = checkpoint is null ? part.Lines : checkpoint.Lines;
        var ledger = checkpoint is null ? new RecordLedger() : RecordLedger.Restore(checkpoint.Ledger, checkpoint.Offset);
        // A file that does not grow may be long; a body that grows by steps leaves its smaller arrays behind.
        var firstBodyBytes = part.Follow is null ? (int)Math.Min(Reader.CurrentLength, context.Bodies.BodyBytes) : 0;
        Replay = new RunReplay(state, new StreamState(state.Paths, lines, context.Bodies, firstBodyBytes), ledger, context.Features.StructuredConsoleLogs)
        {
            ConsoleFinished = part.Console.Add,
        };
        // The first part that is at hand may follow others that are not.
        HasWholeConsole = part.HasWholeConsole && (part.Console.Length > 0 || lines.Console.Base == 0);
        Uploads = new RunUploads(context, head, part with { HasWholeConsole = HasWholeConsole }, state);
        Artifacts = new RunArtifacts(context, head, state, checkpoint?.Artifacts ?? []);
        Announcer = new RunAnnouncer(context, part, state);
        Checkpoints = new RunCheckpoints(context, head, stateDirectory, Reader, Replay, Artifacts, Quarantine)
        {
            KeepsEachRequest = part.Follow is not null || context.Options.KeepsEachRequest,
        };
        Checkpoints.Begin(checkpoint);
        Alerts = new RunAlerts(context, head, Replay, Checkpoints, Quarantine);
        Draft = new RunReportDraft(this, stateDirectory);
        Summary = new SummaryLine(state.Summary, Quarantine);
    }

    public RunContext Context { get; }

    public RunHead Head { get; }

    public RunPart Part { get; }

    /// <summary>At the end of what <see cref="Replay"/> was given.</summary>
    public RunFileReader Reader { get; }

    /// <summary>The records so far.</summary>
    public RunReplay Replay { get; }

    public Quarantine Quarantine { get; }

    public RunUploads Uploads { get; }

    public RunArtifacts Artifacts { get; }

    /// <summary>Something failed that may work another time: the run must not be closed yet.</summary>
    public bool MustBeRetried => Uploads.MustBeRetried || Artifacts.MustBeRetried;

    /// <inheritdoc cref="RunUploads.IsHeldOpen"/>
    public bool IsHeldOpen => Uploads.IsHeldOpen || Artifacts.IsHeldOpen;

    public RunAnnouncer Announcer { get; }

    public RunCheckpoints Checkpoints { get; }

    public RunAlerts Alerts { get; }

    public RunReportDraft Draft { get; }

    public SummaryLine Summary { get; }

    /// <summary>Whether the console of this part and of those before it begins with the first line of the run.</summary>
    public bool HasWholeConsole { get; }

    /// <summary>The run as the server resolved it; only after it was announced.</summary>
    public UpsertedBucket Bucket => Announcer.Bucket ?? throw new InvalidOperationException("The run is not announced yet");

    /// <summary>Takes again what an earlier agent has read and not sent, before anything else is read.</summary>
    /// <exception cref="IOException">The file cannot be read, or there is no space.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public void Restore(Checkpoint checkpoint, CancellationToken ct)
    {
        foreach (var leaf in checkpoint.State.Summary)
        {
            if (leaf.Place is { } place && !RestoreLong(leaf, place))
                SetAside(new RefusedContent($"summary-at-byte-{place}", "its record cannot be read again", []), []);
        }
        Uploads.RestoreConsole(checkpoint.Offset, ct);
        if (checkpoint.ConsoleDue is { } due)
        {
            var state = RunState.FromSnapshot(checkpoint.State with { Console = due.Screen }, RunOverrides.None);
            ConsoleReplay.Read(state, Head.Path, due.Offset, checkpoint.Offset, changes => Replay.RestoreConsole(changes, due.FirstLine), ct);
        }
        foreach (var waiting in checkpoint.AlertsWaiting ?? [])
        {
            if (RestoreAlert(waiting))
                Replay.TakeAlert();
        }
        if (checkpoint.AlertDue is { } alert)
            RestoreAlert(alert);
    }

    /// <summary>Reads one record, or passes over one damaged area, and notes what comes of it.</summary>
    /// <returns>Null when nothing more is there.</returns>
    public ReplayStep? ReadOne()
    {
        var result = Reader.Next();
        switch (result.Kind)
        {
            case RecordReadKind.Record:
                var step = Replay.Apply(result.Payload, Reader.RecordStart, Reader.ResumeOffset);
                if (step == ReplayStep.SetAside)
                    SetAside(Replay.Refused!, result.Payload);
                if (Part.Follow is not null)
                    Artifacts.Hold(result.Payload, Reader.RecordStart);
                return step;
            case RecordReadKind.Corrupt:
                Replay.Ledger.AddDamage(result.Damage);
                return ReplayStep.Continue;
            default:
                return null;
        }
    }

    public void Progress(string phase)
    {
        Context.Observer.Progress(Draft.Progress(phase));
        if (Context.Observer.WantsFacts && Draft.Facts(phase) is { } facts)
            Context.Observer.Facts(facts);
    }

    /// <summary>Learns how the writer ended, where no exit record says it; then everything of the file must have been read.</summary>
    public async Task LearnEndAsync(CancellationToken ct)
    {
        if (!Part.IsLast || Replay.State.Exit is not null || await Context.Options.Writers.WaitAsync(Head, ct) is not { } end)
            return;
        Draft.WriterEnd = end;
        Replay.State.EndWithout(end.ReportedCode, end.Reason, end.Tag);
    }

    public void Dispose()
    {
        Artifacts.Dispose();
        Reader.Dispose();
    }

    private bool RestoreLong(SummaryLeaf leaf, long place)
    {
        using var reader = RunFileReader.Open(Head.Path, place);
        var record = reader.Next();
        return record.Kind == RecordReadKind.Record && RecordEnvelope.TryParse(record.Payload, out var envelope)
            && envelope.Kind == RecordKind.Summary && Replay.State.Summary.RestoreLong(leaf, envelope.Body);
    }

    private bool RestoreAlert(long offset)
    {
        using var reader = RunFileReader.Open(Head.Path, offset);
        var record = reader.Next();
        if (record.Kind == RecordReadKind.Record && Replay.RestoreAlert(record.Payload, offset))
            return true;
        SetAside(new RefusedContent($"alert-at-byte-{offset}", "its record cannot be read again", []), []);
        return false;
    }

    private void SetAside(RefusedContent refused, ReadOnlySpan<byte> record)
    {
        Quarantine.Add(refused.What, refused.Reason, refused.Content.Length > 0 ? refused.Content : record);
        Context.Observer.Note(Head.Path, $"set aside: {refused.What}: {refused.Reason}");
    }
}
