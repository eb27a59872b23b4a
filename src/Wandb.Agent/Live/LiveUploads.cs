using Wandb.Agent.Http;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Uploads;

namespace Wandb.Agent.Live;

/// <summary>
/// Uploads files of a run while it goes on, beside the rows: a large file keeps no row waiting. What fails is left to the end of the run,
/// when every file is looked at again. Used by one run's loop; only the upload itself runs beside it.
/// </summary>
internal sealed class LiveUploads(RunContext context, RunHead head, FilePlan plan)
{
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);
    private Task<IReadOnlyList<FileOutcome>>? _work;

    /// <summary>Begins with what is due, unless an upload is still under way.</summary>
    public void StartDue(RunPath run, CancellationToken ct)
    {
        if (_work is not null)
            return;
        List<FileUpload> due = [.. plan.DueNow().Where(file => !_failed.Contains(file.Path)).Select(file => RunUploads.Upload(head, file))];
        if (due.Count > 0)
            _work = Task.Run(() => context.Uploader.UploadAsync(run, due, ct), ct);
    }

    /// <summary>Names of the files that are on the server now; null while nothing has come to its end.</summary>
    public async Task<IReadOnlyList<string>?> TakeFinishedAsync() => _work is { IsCompleted: true } ? await SettleAsync() : null;

    /// <summary>Waits for the upload under way.</summary>
    public async Task<IReadOnlyList<string>> SettleAsync()
    {
        if (_work is null)
            return [];
        var outcomes = await _work;
        _work = null;
        var uploaded = new List<string>();
        foreach (var outcome in outcomes)
        {
            switch (outcome)
            {
                case FileOutcome.Uploaded { Md5: var md5 }:
                    plan.Uploaded(outcome.Name, md5);
                    uploaded.Add(outcome.Name);
                    break;
                case FileOutcome.Unchanged { Md5: var md5 }:
                    plan.Uploaded(outcome.Name, md5);
                    break;
                default:
                    _failed.Add(outcome.Name);
                    break;
            }
        }
        return uploaded;
    }

    /// <summary>Waits for an upload whose outcome does not matter any more; its token is cancelled.</summary>
    public async Task AbandonAsync()
    {
        if (_work is null)
            return;
        try
        {
            await _work;
        }
        catch (OperationCanceledException)
        {
            // That is what was asked for.
        }
        _work = null;
    }
}
