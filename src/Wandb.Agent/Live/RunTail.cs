using Wandb.Agent.RunFiles;
using Wandb.Agent.Streaming;

namespace Wandb.Agent.Live;

/// <summary>
/// What is between the end of what was read of a growing file and the next record: looks whether there is more, sends what changed of the run,
/// uploads files, keeps the checkpoint, and says when the file is complete. Used by one run's loop.
/// </summary>
internal sealed class RunTail(
    RunContext context, RunHead head, RunFollow follow, RunFileReader reader, RunReplay replay, RunAnnouncer announcer,
    RunCheckpoints checkpoints)
{
    private readonly LiveUploads _uploads = new(context, head, replay.State.Files);
    private long _quietSince = context.Time.GetTimestamp();
    private long _recordsSeen;

    // When the first record came that the run's config was not compared with yet.
    private long? _changedSince;
    private bool _lastLook;

    public RequestPace Pace { get; } = new(follow.Options.MinInterval, follow.Turn, context.Time);

    /// <summary>Waits until something is to be done; everything that was read must be acknowledged.</summary>
    public async Task<TailStep> WaitAsync(CancellationToken ct)
    {
        follow.Turn.Leave();
        var step = await WaitForStepAsync(ct);
        await follow.Turn.EnterAsync(ct);
        return step;
    }

    private async Task<TailStep> WaitForStepAsync(CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(follow.Stop, ct);
        NoteRecords();
        while (true)
        {
            // A file that never rests must not keep the end waiting: one more look is enough.
            var isStopping = follow.Stop.IsCancellationRequested;
            var growth = _lastLook ? FileGrowth.Unchanged : reader.LookAt(head.Path);
            _lastLook = isStopping;
            if (growth == FileGrowth.Grown)
            {
                _quietSince = context.Time.GetTimestamp();
                return new TailStep.GoOn();
            }
            if (growth == FileGrowth.AnotherFile)
                return new TailStep.AnotherFile();
            if (isStopping || replay.State.Exit is not null && context.Time.GetElapsedTime(_quietSince) >= follow.Options.ExitSettle)
            {
                KeepCheckpoint(isDue: true);
                return new TailStep.Ended();
            }
            if (await DoDutiesAsync(ct) is { } step)
                return step;
            await NextLookAsync(either.Token, ct);
        }
    }

    /// <summary>Waits for files that are on their way; before all files are looked at for the last time, and named to the server once more.</summary>
    public async Task SettleUploadsAsync(CancellationToken ct)
    {
        await follow.Turn.EnterEndAsync(ct);
        await _uploads.SettleAsync();
    }

    public Task AbandonAsync() => _uploads.AbandonAsync();

    private void NoteRecords()
    {
        if (replay.Ledger.Records == _recordsSeen)
            return;
        _recordsSeen = replay.Ledger.Records;
        _changedSince ??= context.Time.GetTimestamp();
    }

    private async Task<TailStep?> DoDutiesAsync(CancellationToken ct)
    {
        var bucket = announcer.Bucket ?? throw new InvalidOperationException("The run is not announced yet");
        if (_changedSince is { } since && context.Time.GetElapsedTime(since) >= follow.Options.ConfigDelay)
        {
            _changedSince = null;
            if (await announcer.UpdateAsync(ct) is { } failure)
                return new TailStep.Failed(failure);
            _uploads.StartDue(bucket.Path, ct);
        }
        if (await _uploads.TakeFinishedAsync() is { } uploaded)
        {
            // Files that were named while the others were on their way.
            _changedSince ??= context.Time.GetTimestamp();
            replay.Stream.AddUploaded(uploaded);
            if (uploaded.Count > 0)
                return new TailStep.GoOn();
        }
        KeepCheckpoint(checkpoints.IsDue);
        return Pace.Silence >= follow.Options.Heartbeat ? new TailStep.Heartbeat() : null;
    }

    private void KeepCheckpoint(bool isDue)
    {
        if (isDue && checkpoints.SavedOffset != reader.ResumeOffset && announcer.Bucket is { } bucket)
            checkpoints.Save(checkpoints.Draft(bucket));
    }

    private async Task NextLookAsync(CancellationToken either, CancellationToken ct)
    {
        try
        {
            await Task.Delay(follow.Options.MinInterval, context.Time, either);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The end was asked for: the next look is the last one.
        }
    }
}
