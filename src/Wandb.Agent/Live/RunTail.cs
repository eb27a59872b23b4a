using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// What is between the end of what was read of a growing file and the next record: looks whether there is more, sends what changed of the run,
/// uploads files, keeps the checkpoint, and says when the file is complete. Used by one run's loop.
/// </summary>
internal sealed class RunTail(RunWork work, RunFollow follow)
{
    private readonly TimeProvider _time = work.Context.Time;
    private readonly LiveUploads _uploads = new(work.Context, work.Head, work.Replay.State.Files);
    private long _quietSince = work.Context.Time.GetTimestamp();
    private long _recordsSeen;

    // When the first record came that the run's config was not compared with yet.
    private long? _changedSince;
    private bool _lastLook;

    public RequestPace Pace { get; } = new(follow.Options.MinInterval, work.Context.Time);

    /// <summary>Waits until something is to be done; everything that was read must be acknowledged.</summary>
    public async Task<TailStep> WaitAsync(CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(follow.Stop, ct);
        NoteRecords();
        while (true)
        {
            // A file that never rests must not keep the end waiting: one more look is enough.
            var isStopping = follow.Stop.IsCancellationRequested;
            var growth = _lastLook ? FileGrowth.Unchanged : work.Reader.LookAt(work.Head.Path);
            _lastLook = isStopping;
            if (growth == FileGrowth.Grown)
            {
                _quietSince = _time.GetTimestamp();
                return new TailStep.GoOn();
            }
            if (growth == FileGrowth.AnotherFile)
                return new TailStep.AnotherFile();
            if (isStopping || IsOver && _time.GetElapsedTime(_quietSince) >= follow.Options.ExitSettle)
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
    public Task SettleUploadsAsync() => _uploads.SettleAsync();

    public Task AbandonAsync() => _uploads.AbandonAsync();

    private bool IsOver => work.Replay.State.Exit is not null || work.Context.Options.Writers.Of(work.Head) is not null;

    private void NoteRecords()
    {
        if (work.Replay.Ledger.Records == _recordsSeen)
            return;
        _recordsSeen = work.Replay.Ledger.Records;
        _changedSince ??= _time.GetTimestamp();
    }

    private async Task<TailStep?> DoDutiesAsync(CancellationToken ct)
    {
        if (_changedSince is { } since && _time.GetElapsedTime(since) >= follow.Options.ConfigDelay)
        {
            _changedSince = null;
            if (await work.Announcer.UpdateAsync(ct) is { } failure)
                return new TailStep.Failed(failure);
            _uploads.StartDue(work.Bucket.Path, ct);
        }
        if (await _uploads.TakeFinishedAsync() is { } uploaded)
        {
            // Files that were named while the others were on their way.
            _changedSince ??= _time.GetTimestamp();
            work.Replay.Stream.AddUploaded(uploaded);
            if (uploaded.Count > 0)
                return new TailStep.GoOn();
        }
        KeepCheckpoint(work.Checkpoints.IsDue);
        return Pace.Silence >= follow.Options.Heartbeat ? new TailStep.Heartbeat() : null;
    }

    private void KeepCheckpoint(bool isDue)
    {
        if (isDue && work.Checkpoints.SavedOffset != work.Reader.ResumeOffset)
            work.Checkpoints.Save(work.Checkpoints.Draft(work.Bucket));
    }

    private async Task NextLookAsync(CancellationToken either, CancellationToken ct)
    {
        try
        {
            await Task.Delay(follow.Options.MinInterval, _time, either);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The end was asked for: the next look is the last one.
        }
    }
}
