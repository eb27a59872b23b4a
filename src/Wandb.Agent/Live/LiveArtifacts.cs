using Wandb.Agent.Artifacts;

namespace Wandb.Agent.Live;

/// <summary>
/// Uploads artifacts of a run as soon as their record appears, one after the other, beside the rows: what lies below the trainer's temporary folder
/// is gone when it ends. After the first that fails the others wait for the end of the run: versions must stay in their order.
/// Used by one run's loop; only the upload itself runs beside it.
/// </summary>
internal sealed class LiveArtifacts(RunWork work)
{
    private readonly SideTask<Finished> _upload = new();
    private bool _hasFailed;

    /// <summary>Begins with the next one, unless one is still under way.</summary>
    public void StartDue(CancellationToken ct)
    {
        if (_hasFailed || !_upload.IsIdle || work.Artifacts.Next(work.Bucket.Path) is not { } next)
            return;
        var uploader = work.Context.Artifacts;
        _upload.Start(async () => new Finished(next, await uploader.UploadAsync(next.Plan, ct)), ct);
    }

    /// <returns>Whether one is on the server now.</returns>
    public async Task<bool> TakeFinishedAsync() => await _upload.TakeFinishedAsync() is { } finished && Note(finished);

    /// <summary>Waits for the one that is on its way.</summary>
    public async Task SettleAsync()
    {
        if (await _upload.SettleAsync() is { } finished)
            Note(finished);
    }

    public Task AbandonAsync() => _upload.AbandonAsync();

    private bool Note(Finished finished)
    {
        _hasFailed = !work.Artifacts.NoteIfThere(finished.Artifact, finished.Outcome);
        return !_hasFailed;
    }

    private sealed record Finished(PendingArtifact Artifact, ArtifactOutcome Outcome);
}
