using System.Diagnostics;
using Wandb.Agent.Http;
using Wandb.Agent.Live;
using Wandb.Agent.Streaming;

namespace Wandb.Agent;

/// <summary>Reads the records of an announced run and sends what they hold through the file stream: one body is on its way while the next is filled.</summary>
/// <param name="tail">What is done at the end of a file that may grow; null: the end is the end.</param>
internal sealed class RecordSender(RunWork work, RunTail? tail)
{
    private readonly RunReplay _replay = work.Replay;
    private readonly UploadLoop _loop = new(
        work.Context.Stream, work.Bucket.Path, work.Context.Features.FileStreamGzip, work.Replay.Stream, work.Quarantine, work.Checkpoints.Refused);

    private readonly EarlierAlerts _earlierAlerts = new(work.Context, work.Head, work.Part);

    private string _phase = "rows";

    // The right to fill large bodies, see BodyPool.
    private bool _hasLarge;

    private bool _isStopTold;

    /// <summary>While a run is followed, its summary goes along whenever it changed; otherwise once, at the end.</summary>
    private bool OwesSummary => tail is not null && work.Summary.HasChanged;

    public async Task<RecordsEnd> SendRecordsAsync(CancellationToken ct)
    {
        while (true)
        {
            var stop = ReadUntilFull(ct);
            if (stop == ReplayStep.Continue)
                _phase = "rows";
            if (await _loop.SettleAsync(ct) is { } failure)
                return new RecordsEnd.Failed(failure);
            _replay.TakeConsole();
            if (work.Part.End is { } taken && taken.ArePassedBy(_replay.Stream.Lines))
                return new RecordsEnd.LinesTaken();
            if (await SendPendingAsync(stop, ct) is { } later)
                return new RecordsEnd.Failed(later);
            if (stop == ReplayStep.SendAlert)
                await SendAlertAsync(ct);
            if (stop is null && await AtEndOfFileAsync(ct) is { } end)
                return end;
        }
    }

    /// <summary>
    /// Does what is due between the last row and <see cref="CloseAsync"/>, which may take hours; of a run that is followed the server is told meanwhile that
    /// it lives. Nothing is on its way on the stream before and after.
    /// </summary>
    public async Task<ApiFailure?> WithHeartbeatsAsync(Func<Task<ApiFailure?>> work, CancellationToken ct)
    {
        if (tail is null)
            return await work();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var heartbeats = SendHeartbeatsAsync(tail, done.Token, ct);
        try
        {
            return await work();
        }
        finally
        {
            await done.CancelAsync();
            await heartbeats;
        }
    }

    /// <summary>Sends the last body: what changed since, the names of the files, and the exit code of a run that is over.</summary>
    public async Task<ApiFailure?> CloseAsync(CancellationToken ct)
    {
        if (tail is not null)
            _phase = "files";
        await KeepPaceAsync(ct);
        _replay.Stream.AddUploaded(work.Uploads.Files.Where(file => tail?.WasTold(file) != true).Select(file => file.Name));
        var exitCode = work.MustBeRetried ? null : work.Draft.DecideExit();
        Send(work.Summary.Last(), exitCode, ct);
        if (await _loop.SettleAsync(ct) is { } failure)
            return failure;
        work.Draft.ExitCode = exitCode;
        return null;
    }

    public Task AbandonAsync()
    {
        GiveLargeBack();
        return _loop.AbandonAsync();
    }

    /// <param name="done">No further one; the one on its way comes to its end, so that it is not beside the request that closes the run.</param>
    private async Task SendHeartbeatsAsync(RunTail following, CancellationToken done, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await following.WaitForHeartbeatAsync(done);
                // One that fails is not missed: what closes the run meets the same, and tells it.
                await _loop.SendHeartbeatAsync(ct);
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // That is the end of it.
        }
    }

    /// <summary>Reads records until a body is full or something must be done first.</summary>
    /// <returns>Continue: the body is full. Null: the file ends here.</returns>
    private ReplayStep? ReadUntilFull(CancellationToken ct)
    {
        // Read before the run was announced.
        if (_replay.Alert is not null)
            return ReplayStep.SendAlert;
        if (work.Checkpoints.KeepsEachRequest)
            work.Checkpoints.NoteConsole();
        for (var records = 0; !_replay.Stream.IsFull || MayGoOn(); records++)
        {
            if (records % 1024 == 0)
                ct.ThrowIfCancellationRequested();
            switch (work.ReadOne())
            {
                case null:
                    return null;
                case ReplayStep.SendAlert:
                    return ReplayStep.SendAlert;
            }
        }
        return ReplayStep.Continue;
    }

    /// <summary>A full body that may not go yet is filled further: with a fixed number of requests a second, their size decides how fast a backlog drains.</summary>
    private bool MayGoOn() => tail is { Pace.IsDue: false } && !_replay.Stream.IsLarge && (_hasLarge || (_hasLarge = work.Context.Bodies.TryTakeLarge()));

    private void GiveLargeBack()
    {
        if (_hasLarge)
            work.Context.Bodies.GiveLargeBack();
        _hasLarge = false;
    }

    /// <summary>Sends what was read. The last body stays on its way when the next one can be filled meanwhile.</summary>
    private async Task<ApiFailure?> SendPendingAsync(ReplayStep? stop, CancellationToken ct)
    {
        // Console lines that do not follow each other need requests of their own.
        while (_replay.Stream.HasPending || stop is null && OwesSummary)
        {
            await KeepPaceAsync(ct);
            Send(summary: stop is null && OwesSummary ? work.Summary.TakeChanged() : [], exitCode: null, ct);
            if (!_replay.Stream.HasPending && stop == ReplayStep.Continue)
                return null;
            if (await _loop.SettleAsync(ct) is { } failure)
                return failure;
        }
        return null;
    }

    /// <returns>Null: there is more to read or to send.</returns>
    private async Task<RecordsEnd?> AtEndOfFileAsync(CancellationToken ct)
    {
        if (tail is null || !work.Reader.IsFollowing)
            return new RecordsEnd.Sent();
        GiveLargeBack();
        work.Progress(_phase = "following");
        switch (await tail.WaitAsync(ct))
        {
            case TailStep.GoOn:
                return null;
            case TailStep.Ended:
                work.Reader.EndFollowing();
                return null;
            case TailStep.AnotherFile:
                return new RecordsEnd.AnotherFile();
            case TailStep.Heartbeat:
                await KeepPaceAsync(ct);
                _loop.Start(_replay.Stream.Seal(summary: [], exitCode: null), Tell, static _ => { }, ct);
                return await _loop.SettleAsync(ct) is { } failure ? new RecordsEnd.Failed(failure) : null;
            default:
                throw new UnreachableException();
        }
    }

    private void Send(ReadOnlySpan<byte> summary, int? exitCode, CancellationToken ct)
    {
        var body = _replay.Stream.Seal(summary, exitCode);
        var kept = work.Checkpoints.Sealed(work.Bucket, IsToBeKept);
        var rows = _replay.Stream.Lines.History.Count;
        var position = work.Reader.ResumeOffset;
        var records = _replay.Ledger.Records;
        _loop.Start(
            body,
            () =>
            {
                work.Draft.Acknowledged(rows, records, position);
                Tell();
                work.Checkpoints.SaveAcknowledged(kept);
            },
            progress => work.Checkpoints.SavePart(work.Bucket, kept, progress),
            ct);
    }

    /// <summary>After each acknowledgement. Nobody but a person can stop a trainer that is offline: it asks the server nothing.</summary>
    private void Tell()
    {
        work.Progress(_phase);
        if (!_loop.StopRequested || _isStopTold)
            return;
        _isStopTold = true;
        work.Context.Observer.Note(work.Head.Path, "Stop was pressed on the page of the run: an offline training does not hear of it; who wants it to end must end it here");
    }

    /// <summary>
    /// Of a run that is followed each request is kept. Where not each one is, those behind which nothing waits, an alert neither: its own checkpoint follows
    /// at once.
    /// </summary>
    private bool IsToBeKept => work.Checkpoints.KeepsEachRequest || work.Checkpoints.IsDue && !_replay.Stream.HasPending && _replay.Alert is null;

    private async Task SendAlertAsync(CancellationToken ct)
    {
        if (_earlierAlerts.HasSent(_replay.AlertOffset!.Value, _replay.Stream.Lines.History))
            work.Alerts.TakeAsSent(work.Bucket);
        else
            await work.Alerts.SendAsync(work.Bucket, ct);
        work.Draft.Alerts = work.Checkpoints.AlertsSent;
    }

    private Task KeepPaceAsync(CancellationToken ct) => tail?.Pace.WaitAsync(ct) ?? Task.CompletedTask;
}
