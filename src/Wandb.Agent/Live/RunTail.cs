using Wandb.Agent.Receipts;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// What is between the end of what was read of a growing file and the next record: looks whether there is more, sends what changed of the run,
/// uploads files, keeps the checkpoint, and says when the file is complete. Used by one run's loop.
/// </summary>
internal sealed class RunTail(RunWork work, RunFollow follow)
{
    private readonly TimeProvider _time = work.Context.Time;
    private readonly LiveConfig _config = new(work, follow.Options.RetryDelay);
    private readonly LiveFiles _files = new(work, follow.Options.FileInterval);
    private readonly LiveArtifacts _artifacts = new(work);
    private long _quietSince = work.Context.Time.GetTimestamp();
    private long _recordsSeen;

    // When the first record came that the run's config was not compared with yet.
    private long? _changedSince;
    private bool _lastLook;

    // Where the file is damaged, since when, and whether that was judged as far as can be; null: nowhere.
    private (long At, long Since, bool IsJudged)? _doubt;

    // Drawn anew for each heartbeat: together, each would go over a connection of its own that never rests.
    private TimeSpan _silenceAllowed = follow.Options.SilenceAllowed(Random.Shared.NextDouble());

    public RequestPace Pace { get; } = new(follow.Options.MinInterval, follow.Turn, work.Context.Time);

    /// <summary>Waits until something is to be done; everything that was read must be acknowledged.</summary>
    public async Task<TailStep> WaitAsync(CancellationToken ct)
    {
        // Waiting costs no place in the line.
        follow.Turn.Leave();
        var step = await WaitForStepAsync(ct);
        await follow.Turn.EnterAsync(ct);
        return step;
    }

    private async Task<TailStep> WaitForStepAsync(CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(follow.Stop, ct);
        NoteRecords();
        for (var looks = 0; ; looks++)
        {
            // A file that never rests must not keep the end waiting: one more look is enough.
            var isStopping = follow.Stop.IsCancellationRequested;
            var growth = _lastLook ? FileGrowth.Unchanged : work.Reader.LookAt(work.Head.Path);
            _lastLook = isStopping;
            if (growth == FileGrowth.AnotherFile)
                return new TailStep.AnotherFile();
            if (growth == FileGrowth.Grown)
                _quietSince = _time.GetTimestamp();
            // Also while the file never rests: its config and files are due all the same.
            if (await DoDutiesAsync(isStopping, ct) is { } step)
                return step;
            if (IsWorthReading(growth, looks))
                return new TailStep.GoOn();
            if (isStopping || IsOver && _time.GetElapsedTime(_quietSince) >= follow.Options.ExitSettle)
                return new TailStep.Ended();
            if (Pace.Silence >= _silenceAllowed)
            {
                DrawSilence();
                return new TailStep.Heartbeat();
            }
            await NextLookAsync(either.Token, ct);
        }
    }

    /// <summary>While nothing else is sent on the stream: waits until a heartbeat is due, and counts it.</summary>
    public async Task WaitForHeartbeatAsync(CancellationToken ct)
    {
        if (_silenceAllowed - Pace.Silence is { Ticks: > 0 } rest)
            await Task.Delay(rest, _time, ct);
        DrawSilence();
        Pace.Note();
    }

    /// <summary>Waits for a change of the config that is on its way; before the server is told of the last one.</summary>
    public Task SettleConfigAsync() => _config.SettleAsync();

    /// <summary>Waits for files and artifacts that are on their way; before all are looked at for the last time.</summary>
    public async Task SettleUploadsAsync(CancellationToken ct)
    {
        await follow.Turn.EnterEndAsync(ct);
        await _files.SettleAsync();
        await _artifacts.SettleAsync();
    }

    /// <summary>Whether the server was told already that it has this file, and the file did not change since.</summary>
    public bool WasTold(ReceiptFile file) => file.Answer == 0 && _files.WasTold(file.Name);

    public async Task AbandonAsync()
    {
        await _config.AbandonAsync();
        await _files.AbandonAsync();
        await _artifacts.AbandonAsync();
    }

    private bool IsOver => work.Replay.State.Exit is not null || work.Context.Options.Writers.Of(work.Head) is not null;

    private void DrawSilence() => _silenceAllowed = follow.Options.SilenceAllowed(Random.Shared.NextDouble());

    /// <summary>Damage is looked at again at intervals, and judged when it stays.</summary>
    private bool IsWorthReading(FileGrowth growth, int looks)
    {
        if (work.Reader.DoubtAt is not { } at)
        {
            _doubt = null;
            return growth == FileGrowth.Grown;
        }
        if (_doubt is not { } doubt || doubt.At != at)
            _doubt = doubt = (at, _time.GetTimestamp(), false);
        if (doubt.IsJudged)
            return growth == FileGrowth.Grown;
        if (_time.GetElapsedTime(doubt.Since) < follow.Options.DamagePatience)
            return looks > 0;
        work.Reader.Judge();
        _doubt = doubt with { IsJudged = true };
        return true;
    }

    private void NoteRecords()
    {
        if (work.Replay.Ledger.Records == _recordsSeen)
            return;
        _recordsSeen = work.Replay.Ledger.Records;
        _changedSince ??= _time.GetTimestamp();
    }

    /// <returns>Null: nothing has to be sent because of them.</returns>
    private async Task<TailStep?> DoDutiesAsync(bool isStopping, CancellationToken ct)
    {
        // Before anything that may wait for the server: who was asked to stop may be gone in a second.
        if ((isStopping || work.Checkpoints.IsDue) && work.Checkpoints.IsBehind)
            SaveCheckpoint();
        var isDue = _changedSince is { } since && _time.GetElapsedTime(since) >= follow.Options.ConfigDelay;
        if (isDue)
            _changedSince = null;
        await work.Alerts.GoOnAsync(work.Bucket, ct);
        await _config.TakeFinishedAsync();
        _config.StartDue(isDue, ct);
        if (await _artifacts.TakeFinishedAsync())
            SaveCheckpoint();
        _artifacts.StartDue(ct);
        var uploaded = await _files.TakeFinishedAsync();
        // Files may have been named while others were on their way.
        if (uploaded)
            _changedSince ??= _time.GetTimestamp();
        _files.StartDue(named: isDue, ct);
        return uploaded ? new TailStep.GoOn() : null;
    }

    private void SaveCheckpoint() => work.Checkpoints.Save(work.Checkpoints.Draft(work.Bucket));

    private async Task NextLookAsync(CancellationToken either, CancellationToken ct)
    {
        try
        {
            var next = NextLook.After(_time.GetElapsedTime(_quietSince), IsOver, _time.GetElapsedTime(0), follow.Options);
            await Task.Delay(next, _time, either);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The end was asked for: the next look is the last one.
        }
    }
}
