using Wandb.Agent.Checkpoints;
using Wandb.Agent.Http;
using Wandb.Agent.Live;
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
    private readonly RunWork _work;
    private readonly RunContext _context;
    private readonly RunTail? _tail;
    private RecordSender? _sender;
    private bool _isDecided;
    private bool _isAnotherFile;
    private ApiFailure? _cause;

    /// <inheritdoc cref="RunWork(RunContext, RunHead, RunPart, RunOverrides)"/>
    public RunPipeline(RunContext context, RunHead head, RunPart part, RunOverrides overrides)
    {
        (_context, _work) = (context, new RunWork(context, head, part, overrides));
        if (part.Follow is { } follow)
            _tail = new RunTail(_work, follow);
    }

    /// <summary>The records so far; for a part that follows.</summary>
    public RunReplay Replay => _work.Replay;

    /// <inheritdoc cref="RunWork.HasWholeConsole"/>
    public bool HasWholeConsole => _work.HasWholeConsole;

    /// <inheritdoc cref="RunAnnouncer.HasDescribed"/>
    public bool HasDescribed => _work.Announcer.HasDescribed;

    /// <summary>The run as the server resolved it; null before it was announced.</summary>
    public RunPath? Place => _work.Announcer.Bucket?.Path;

    /// <summary>All that the file holds for the file stream is on the server.</summary>
    public bool IsSent { get; private set; }

    /// <returns>What became of the file; never an exception for what a server, a disk or a user may do.</returns>
    public async Task<RunReport> RunAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            return await RunStepsAsync(stop.Token) is { } problem ? Incomplete(problem) : _work.Draft.Done();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return Incomplete("stopped; the checkpoint keeps what was acknowledged");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Incomplete($"stopped by the file system: {ReadFailure.Describe(exception)}");
        }
        finally
        {
            await stop.CancelAsync();
            if (_sender is not null)
                await _sender.AbandonAsync();
            if (_tail is not null)
                await _tail.AbandonAsync();
            await _work.Alerts.AbandonAsync();
        }
    }

    public void Dispose() => _work.Dispose();

    /// <returns>Why the run is not wholly on the server; null when it is.</returns>
    private async Task<string?> RunStepsAsync(CancellationToken ct)
    {
        if (_work.Part.Checkpoint is { } checkpoint)
            _work.Restore(checkpoint, ct);
        // 1
        if (await AnnounceAsync(ct) is { } refused)
            return refused;
        // 2
        _sender = new RecordSender(_work, _tail);
        switch (await _sender.SendRecordsAsync(ct))
        {
            case RecordsEnd.Failed failed:
                return Explain(failed.Cause, "the file stream");
            case RecordsEnd.AnotherFile:
                _isAnotherFile = true;
                return "the file was replaced or cut while it was followed: it is started over by comparing with the server";
            case RecordsEnd.LinesTaken:
                _isAnotherFile = true;
                return "it has grown, and lines of another part of the run stand behind its own on the server: it is compared with the server before more is sent";
        }
        if (ChangedWhileRead())
            return "the file was replaced or cut while it was read: sync it again";
        // 3 and 4
        var owed = "the run's config";
        if (await _sender.WithHeartbeatsAsync(() => CompleteAsync(step => owed = step, ct), ct) is { } notCompleted)
            return Explain(notCompleted, owed);
        // 5
        if (await _sender.CloseAsync(ct) is { } notClosed)
            return Explain(notClosed, "the file stream");
        IsSent = true;
        // 6
        _work.Checkpoints.SaveLast(_work.Checkpoints.Draft(_work.Bucket));
        _isDecided = !_work.MustBeRetried;
        return _work.Draft.Problem();
    }

    /// <param name="begins">Told what is sent next, for a message.</param>
    /// <returns>Why the server does not take it; null when it does. What becomes of artifacts and files they tell themselves.</returns>
    private async Task<ApiFailure?> CompleteAsync(Action<string> begins, CancellationToken ct)
    {
        await _work.LearnEndAsync(ct);
        // 3
        if (_tail is not null)
            await _tail.SettleConfigAsync();
        if (await _work.Announcer.UpdateAsync(ct) is { } notUpdated)
            return notUpdated;
        // 4
        if (_tail is not null)
            await _tail.SettleUploadsAsync(ct);
        await _work.Artifacts.UploadAsync(_work.Bucket.Path, _work.Progress, ct);
        _work.Progress("files");
        await _work.Uploads.UploadFilesAsync(_work.Bucket.Path, _work.Announcer.ConfigParts(), ct);
        begins("the alerts");
        var notSent = await _work.Alerts.FinishAsync(_work.Bucket, ct);
        _work.Draft.Alerts = _work.Checkpoints.AlertsSent;
        return notSent;
    }

    /// <summary>
    /// Whether the file names its run and its writer a few records further on. Both are announced before its rows: otherwise, after a crash, nothing on the
    /// server would tell a later sync that rows of this file may be there. What comes late is not waited for: whose run it is, the head of the file told.
    /// </summary>
    private bool IsMoreToAnnounce =>
        (!Replay.State.HasRun || _work.Head.WriterId is not null && Replay.State.Environment.WriterId.Length == 0)
        && Replay.Alert is null && !Replay.Stream.IsFull;

    private async Task<string?> AnnounceAsync(CancellationToken ct)
    {
        while (IsMoreToAnnounce)
        {
            if (_work.ReadOne() is null)
                break;
        }
        if (_work.Part is { BeginsAmongOthers: true, OnServer: { } server })
            _work.Checkpoints.SaveBegin(server);
        if (await _work.Announcer.AnnounceAsync(ct) is { } refused)
        {
            _cause = _work.Announcer.Failure;
            return refused;
        }
        _work.Draft.Bucket = _work.Bucket;
        _work.Progress("rows");
        return null;
    }

    private bool ChangedWhileRead()
    {
        var reader = _work.Reader;
        if (reader.CurrentLength < reader.LengthRead)
            return true;
        var covered = FileProof.Of(reader.ReadStart(RunFileFormat.BlockBytes), reader.LengthRead);
        using var again = RunFileReader.Open(_work.Head.Path, 0);
        return !covered.Matches(again.ReadStart(RunFileFormat.BlockBytes)) || again.CurrentLength < reader.LengthRead;
    }

    private RunReport Incomplete(string message) => _work.Draft.Incomplete(message) with
    {
        IsWorthAnotherTry = !_isDecided,
        IsHeldOpen = _work.IsHeldOpen,
        IsReplaced = _isAnotherFile,
        Cause = _cause,
    };

    private string Explain(ApiFailure failure, string what)
    {
        _cause = failure;
        return RunUpsert.Explain(failure, _work.Bucket.Path, what, _context.Server);
    }
}
