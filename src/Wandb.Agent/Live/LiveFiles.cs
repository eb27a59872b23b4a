using Wandb.Agent.RunFiles;
using Wandb.Agent.Uploads;

namespace Wandb.Agent.Live;

/// <summary>
/// Uploads files of a run while it goes on, beside the rows: a large file keeps no row waiting. Files of the policy <c>live</c> are sent again when
/// they change, and a large one is not on its way all the time. What fails is left to the end of the run, when every file is looked at again.
/// Used by one run's loop; only the upload itself runs beside it.
/// </summary>
internal sealed class LiveFiles(RunWork work, TimeSpan interval)
{
    /// <summary>A file that took so long to send rests this many times as long.</summary>
    private const int RestPerUpload = 5;

    private readonly FilePlan _plan = work.Replay.State.Files;
    private readonly SideTask<IReadOnlyList<FileOutcome>> _upload = new();
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);

    // Files of the policy `live`: how they were when their last upload began. Those that an earlier agent sent are not in it.
    private readonly Dictionary<string, FileStamp?> _sent = new(StringComparer.Ordinal);

    // Names of files that the server was told of with their present content.
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    // When the last upload began, or when files were last looked at.
    private long _lookedAt;
    private TimeSpan _rest;

    /// <summary>Begins with what is due, unless an upload is still under way.</summary>
    /// <param name="named">Also with files that the run has named and that were not sent yet.</param>
    public void StartDue(bool named, CancellationToken ct)
    {
        if (!_upload.IsIdle)
            return;
        List<PlannedFile> due = [.. named ? _plan.DueNow().Where(file => !_failed.Contains(file.Path)) : [], .. Changed()];
        if (due.Count == 0)
            return;
        foreach (var file in due.Where(file => file.Policy == UploadPolicy.Live))
            _sent[file.Path] = Look(file);
        _lookedAt = work.Context.Time.GetTimestamp();
        List<FileUpload> uploads = [.. due.Select(file => RunUploads.Upload(work.Head, file))];
        var run = work.Bucket.Path;
        _upload.Start(() => work.Context.Uploader.UploadAsync(run, uploads, ct), ct);
    }

    /// <summary>Tells the stream of the files that are on the server now.</summary>
    /// <returns>Whether there are such.</returns>
    public async Task<bool> TakeFinishedAsync() => await _upload.TakeFinishedAsync() is { } outcomes && Note(outcomes);

    /// <summary>Waits for files that are on their way; before all files are looked at for the last time.</summary>
    public async Task SettleAsync()
    {
        if (await _upload.SettleAsync() is { } outcomes)
            Note(outcomes);
    }

    /// <summary>Whether the server was told that it has this file as it is.</summary>
    public bool WasTold(string name) => _told.Contains(name);

    public Task AbandonAsync() => _upload.AbandonAsync();

    private bool Note(IReadOnlyList<FileOutcome> outcomes)
    {
        var took = work.Context.Time.GetElapsedTime(_lookedAt);
        _rest = took * RestPerUpload > interval ? took * RestPerUpload : interval;
        var uploaded = new List<string>();
        foreach (var outcome in outcomes)
        {
            switch (outcome)
            {
                case FileOutcome.Uploaded { Md5: var md5, Stamp: var stamp }:
                    _plan.Uploaded(outcome.Name, md5, stamp);
                    uploaded.Add(outcome.Name);
                    break;
                case FileOutcome.Unchanged { Md5: var md5, Stamp: var stamp }:
                    _plan.Uploaded(outcome.Name, md5, stamp);
                    break;
                default:
                    _failed.Add(outcome.Name);
                    break;
            }
        }
        work.Replay.Stream.AddUploaded(uploaded);
        _told.UnionWith(uploaded);
        return uploaded.Count > 0;
    }

    private List<PlannedFile> Changed()
    {
        if (work.Context.Time.GetElapsedTime(_lookedAt) < _rest)
            return [];
        (_lookedAt, _rest) = (work.Context.Time.GetTimestamp(), interval);
        return [.. _plan.Files.Where(file => file is { Policy: UploadPolicy.Live, IsPending: false } && !_failed.Contains(file.Path)
            && (!_sent.TryGetValue(file.Path, out var sent) || Look(file) != sent))];
    }

    /// <summary>What is uploaded: where the SDK places a link, the file behind it.</summary>
    private FileStamp? Look(PlannedFile file) =>
        RunUploads.Upload(work.Head, file).Source is UploadSource.LocalFile { Path: var path } ? FileStamp.Of(path) : null;
}
