using System.Globalization;
using System.Text;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Live;
using Wandb.Agent.Receipts;
using Wandb.Agent.Records;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;

namespace Wandb.Agent;

/// <summary>
/// Syncs one run file, from where a checkpoint says or from its start:
/// 1 announce the run, 2 read records and send lines while the next ones are read, 3 bring the run's config up to date,
/// 4 upload artifacts and files, 5 close the stream, 6 write the receipt.
/// A file that is followed stays in step 2 until it is complete or following it ends; see <see cref="RunTail"/>.
/// What the server acknowledged is in the checkpoint at the latest a few seconds later; a crash repeats the rest under the same line numbers.
/// </summary>
internal sealed class RunPipeline : IDisposable
{
    private readonly RunContext _context;
    private readonly RunHead _head;
    private readonly RunPart _part;
    private readonly Checkpoint? _checkpoint;
    private readonly RunCheckpoints _checkpoints;
    private readonly RunAnnouncer _announcer;
    private readonly Quarantine _quarantine;
    private readonly RunFileReader _reader;
    private readonly RunReplay _replay;
    private readonly RunUploads _uploads;
    private readonly RunReportDraft _draft;
    private readonly SummaryLine _summary;
    private readonly RunTail? _tail;
    private string _rowsPhase = "rows";
    private bool _isDecided;
    private bool _isAnotherFile;
    private ApiFailure? _cause;
    private UploadLoop? _loop;

    public RunPipeline(RunContext context, RunHead head, RunPart part, RunOverrides overrides)
    {
        (_context, _head, _part) = (context, head, part);
        var stateDirectory = new StateDirectory(head.Path, context.StateRoot);
        _checkpoint = part.Checkpoint;
        _quarantine = new Quarantine(stateDirectory, _checkpoint?.SetAside ?? [], _checkpoint?.SetAsideCount ?? 0);
        _reader = RunFileReader.Open(head.Path, _checkpoint?.Offset ?? 0, follow: part.Follow is not null);
        var state = _checkpoint is null ? new RunState(overrides) : RunState.FromSnapshot(_checkpoint.State, overrides);
        if (_checkpoint is null && part.Earlier is { } earlier)
            state.ContinueFrom(earlier);
        else if (_checkpoint is null && part.FollowsPartsElsewhere)
            state.ContinueFrom(part.OnServer?.Config, part.OnServer?.Summary);
        var lines = _checkpoint is null ? part.Lines : new StreamLines(_checkpoint.History, _checkpoint.Events, _checkpoint.Console);
        var ledger = _checkpoint is null ? new RecordLedger() : RecordLedger.Restore(_checkpoint.Ledger, _checkpoint.Offset);
        _replay = new RunReplay(state, new StreamState(state.Paths, lines, context.BodyBytes), ledger, context.Features.StructuredConsoleLogs)
        {
            ConsoleFinished = part.Console.Add,
        };
        // The first part that is at hand may follow others that are not.
        HasWholeConsole = part.HasWholeConsole && (part.Console.Length > 0 || lines.Console.Base == 0);
        _uploads = new RunUploads(context, head, part with { HasWholeConsole = HasWholeConsole }, state, _checkpoint?.Artifacts ?? []);
        _announcer = new RunAnnouncer(context, part, state);
        _checkpoints = new RunCheckpoints(context, head, stateDirectory, _reader, _replay, _uploads, _quarantine) { AlertsSent = _checkpoint?.AlertsSent ?? 0 };
        _draft = new RunReportDraft(context, head, _reader, _replay, _uploads, _quarantine, stateDirectory);
        _summary = new SummaryLine(state.Summary, _quarantine);
        if (part.Follow is { } follow)
            _tail = new RunTail(context, head, follow, _reader, _replay, _announcer, _checkpoints);
    }

    private UpsertedBucket Bucket => _announcer.Bucket ?? throw new InvalidOperationException("The run is not announced yet");

    /// <summary>While a run is followed, its summary goes along whenever it changed; otherwise once, at the end.</summary>
    private bool OwesSummary => _tail is not null && _summary.HasChanged;

    /// <summary>The records so far; for a part that follows.</summary>
    public RunReplay Replay => _replay;

    /// <summary>Whether the console of this part and of those before it begins with the first line of the run.</summary>
    public bool HasWholeConsole { get; }

    /// <returns>What became of the file; never an exception for what a server, a disk or a user may do.</returns>
    public async Task<RunReport> RunAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            return await RunStepsAsync(stop.Token) is { } problem ? Incomplete(problem) : _draft.Done();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return Incomplete("stopped; the checkpoint keeps what was acknowledged");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Incomplete($"stopped by the file system: {exception.Message}");
        }
        finally
        {
            await stop.CancelAsync();
            if (_loop is not null)
                await _loop.AbandonAsync();
            if (_tail is not null)
                await _tail.AbandonAsync();
        }
    }

    public void Dispose() => _reader.Dispose();

    /// <returns>Why the run is not wholly on the server; null when it is.</returns>
    private async Task<string?> RunStepsAsync(CancellationToken ct)
    {
        if (_checkpoint is not null)
            _uploads.RestoreConsole(_checkpoint.Offset, ct);
        // 1
        if (await AnnounceAsync(ct) is { } refused)
            return refused;
        // 2
        if (await SendRecordsAsync(ct) is { } failure)
            return Explain(failure, "the file stream");
        if (_isAnotherFile)
            return "the file was replaced or cut while it was followed: it is started over by comparing with the server";
        if (ChangedWhileRead())
            return "the file was replaced or cut while it was read: sync it again";
        // 3
        if (await _announcer.UpdateAsync(ct) is { } notUpdated)
            return Explain(notUpdated, "the run's config");
        // 4
        if (_tail is not null)
            await _tail.SettleUploadsAsync(ct);
        await _uploads.UploadArtifactsAsync(Bucket.Path, Progress, ct);
        Progress("files");
        await _uploads.UploadFilesAsync(Bucket.Path, _announcer.ConfigParts(), ct);
        // 5
        if (await CloseAsync(ct) is { } notClosed)
            return Explain(notClosed, "the file stream");
        // 6
        _checkpoints.Save(_checkpoints.Draft(Bucket));
        _isDecided = !_uploads.MustBeRetried;
        return _draft.Problem();
    }

    /// <summary>
    /// Whether the file names its writer a few records further on. The writer is announced before its rows: otherwise, after a crash, nothing on the
    /// server would tell a later sync that rows of this file may be there.
    /// </summary>
    private bool IsWriterToCome =>
        _head.WriterId is not null && _replay.State.Environment.WriterId.Length == 0 && _replay.Alert is null && !_replay.Stream.IsFull;

    private async Task<string?> AnnounceAsync(CancellationToken ct)
    {
        while (!_replay.State.Identity.IsKnown || IsWriterToCome)
        {
            if (ReadOne() is not { } step)
            {
                if (_replay.State.Identity.IsKnown)
                    break;
                return "no run record: it cannot be told whose run this is";
            }
            if (step == ReplayStep.SetAside)
                SetAside();
        }
        if (await _announcer.AnnounceAsync(ct) is { } refused)
        {
            _cause = _announcer.Failure;
            return refused;
        }
        _draft.Bucket = _announcer.Bucket;
        _loop = new UploadLoop(_context.Stream, Bucket.Path, _context.Features.FileStreamGzip, _replay.Stream, _quarantine);
        Progress("rows");
        return null;
    }

    private async Task<ApiFailure?> SendRecordsAsync(CancellationToken ct)
    {
        var isSilent = false;
        while (true)
        {
            var stop = ReadUntilFull(ct);
            if (stop == ReplayStep.Continue)
                _rowsPhase = "rows";
            if (await _loop!.SettleAsync(ct) is { } failure)
                return failure;
            _replay.TakeConsole();
            // Console lines that do not follow each other need requests of their own; a checkpoint must not lie between them.
            while (_replay.Stream.HasPending || isSilent || stop is null && OwesSummary)
            {
                isSilent = false;
                await KeepPaceAsync(ct);
                Send(summary: stop is null && OwesSummary ? _summary.TakeChanged() : [], exitCode: null, ct);
                if (!_replay.Stream.HasPending && stop == ReplayStep.Continue)
                    break;
                if (await _loop.SettleAsync(ct) is { } later)
                    return later;
            }
            if (stop is null)
            {
                if (await _loop.SettleAsync(ct) is { } last)
                    return last;
                if (_tail is null || !_reader.IsFollowing)
                    return null;
                Progress(_rowsPhase = "following");
                switch (await _tail.WaitAsync(ct))
                {
                    case TailStep.Ended:
                        _reader.EndFollowing();
                        break;
                    case TailStep.AnotherFile:
                        _isAnotherFile = true;
                        return null;
                    case TailStep.Heartbeat:
                        isSilent = true;
                        break;
                    case TailStep.Failed refused:
                        return refused.Cause;
                }
            }
            if (stop == ReplayStep.SendAlert && await SendAlertAsync(ct) is { } alertFailure)
                return alertFailure;
        }
    }

    /// <summary>Reads records until a body is full or something must be done first.</summary>
    /// <returns>Continue: the body is full. Null: the file ends here.</returns>
    private ReplayStep? ReadUntilFull(CancellationToken ct)
    {
        // Read before the run was announced.
        if (_replay.Alert is not null)
            return ReplayStep.SendAlert;
        for (var records = 0; !_replay.Stream.IsFull; records++)
        {
            if (records % 1024 == 0)
                ct.ThrowIfCancellationRequested();
            switch (ReadOne())
            {
                case null:
                    return null;
                case ReplayStep.SendAlert:
                    return ReplayStep.SendAlert;
                case ReplayStep.SetAside:
                    SetAside();
                    break;
            }
        }
        return ReplayStep.Continue;
    }

    private ReplayStep? ReadOne()
    {
        var result = _reader.Next();
        switch (result.Kind)
        {
            case RecordReadKind.Record:
                return _replay.Apply(result.Payload, _reader.RecordStart, _reader.ResumeOffset);
            case RecordReadKind.Corrupt:
                _replay.Ledger.AddDamage(result.Damage);
                return ReplayStep.Continue;
            default:
                return null;
        }
    }

    private void SetAside()
    {
        var refused = _replay.Refused!;
        _quarantine.Add(refused.What, refused.Reason, refused.Content);
        _context.Observer.Note(_head.Path, $"set aside: {refused.What}: {refused.Reason}");
    }

    private void Send(ReadOnlySpan<byte> summary, int? exitCode, CancellationToken ct)
    {
        var body = _replay.Stream.Seal(summary, exitCode);
        // An alert that was read waits for what stands before it: a restart must come back to it. Its own checkpoint follows at once.
        var isDue = _replay.Alert is null && _checkpoints.IsDue && !_replay.Stream.HasPending;
        var checkpoint = isDue ? _checkpoints.Draft(Bucket) : null;
        var rows = _replay.Stream.Lines.History.Count;
        var position = _reader.ResumeOffset;
        var setAside = _loop!.SetAsideCount;
        _loop.Start(body, () =>
        {
            _draft.Acknowledged(rows, position);
            Progress(_rowsPhase);
            // Lines that were refused have moved the others up since the draft: the next checkpoint knows.
            if (checkpoint is not null && _loop.SetAsideCount == setAside)
                _checkpoints.Save(checkpoint);
        }, ct);
    }

    private async Task<ApiFailure?> SendAlertAsync(CancellationToken ct)
    {
        var alert = _replay.TakeAlert();
        var history = _replay.Stream.Lines.History;
        // A row behind it is on the server, or the run was closed: then the alert was sent before.
        var wasSent = _checkpoint is null && (history.NextIsOnServer || _part.IsFinishedOnServer && history.Next == history.OnServer);
        if (!wasSent)
        {
            var request = NotifyScriptableRunAlert.Request(
                Bucket.Path, alert.Title, alert.Text, alert.Level, alert.WaitDuration);
            if (await _context.GraphQL.SendAsync(request, ct) is ApiOutcome<AlertAnswer>.Failed failed)
            {
                if (failed.Cause is ApiFailure.GaveUp)
                    return failed.Cause;
                _quarantine.Add(
                    string.Create(CultureInfo.InvariantCulture, $"alert-{_checkpoints.AlertsSent + 1}"), failed.Cause.Words, Encoding.UTF8.GetBytes($"{alert.Title}\n{alert.Text}"));
            }
        }
        _draft.Alerts = ++_checkpoints.AlertsSent;
        // The server cannot recognise a repeated alert: from here on a restart must not come back to it.
        _checkpoints.Save(_checkpoints.Draft(Bucket));
        return null;
    }

    private async Task<ApiFailure?> CloseAsync(CancellationToken ct)
    {
        if (_tail is not null)
            _rowsPhase = "files";
        await KeepPaceAsync(ct);
        _replay.Stream.AddUploaded(_uploads.UploadedNames);
        var exitCode = _uploads.MustBeRetried ? null : _draft.DecideExit();
        Send(_summary.Last(), exitCode, ct);
        if (await _loop!.SettleAsync(ct) is { } failure)
            return failure;
        _draft.ExitCode = exitCode;
        return null;
    }

    private Task KeepPaceAsync(CancellationToken ct) => _tail?.Pace.WaitAsync(ct) ?? Task.CompletedTask;

    private bool ChangedWhileRead()
    {
        if (_reader.CurrentLength < _reader.LengthRead)
            return true;
        var covered = FileProof.Of(_reader.ReadStart(RunFileFormat.BlockBytes), _reader.LengthRead);
        using var again = RunFileReader.Open(_head.Path, 0);
        return !covered.Matches(again.ReadStart(RunFileFormat.BlockBytes)) || again.CurrentLength < _reader.LengthRead;
    }

    private RunReport Incomplete(string message) => _draft.Incomplete(message) with
    {
        IsWorthAnotherTry = !_isDecided,
        IsReplaced = _isAnotherFile,
        Cause = _cause,
    };

    private void Progress(string phase) => _context.Observer.Progress(_draft.Progress(phase));

    private string Explain(ApiFailure failure, string what)
    {
        _cause = failure;
        return RunUpsert.Explain(failure, Bucket.Path, what, _context.Server);
    }
}
