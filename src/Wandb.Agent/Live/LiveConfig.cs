using Wandb.Agent.Http;

namespace Wandb.Agent.Live;

/// <summary>
/// Tells the server what changed of a run's config and identity, beside the rows: where only these are not taken, no row and no heartbeat waits for them.
/// What fails is tried again later; at the end of the run it is insisted on. Used by one run's loop; only the request itself runs beside it.
/// </summary>
internal sealed class LiveConfig(RunWork work, TimeSpan retryDelay)
{
    private readonly SideTask<Finished> _request = new();
    private bool _isOwed;
    private bool _isProblemTold;

    // When the last request failed; null: it did not.
    private long? _failedAt;

    /// <summary>Begins with what changed, unless a request is still under way.</summary>
    /// <param name="hasChanged">Something may have.</param>
    public void StartDue(bool hasChanged, CancellationToken ct)
    {
        _isOwed |= hasChanged;
        if (!_isOwed || !_request.IsIdle || _failedAt is { } failedAt && work.Context.Time.GetElapsedTime(failedAt) < retryDelay)
            return;
        _isOwed = false;
        var announcer = work.Announcer;
        if (announcer.Changes() is { } update)
            _request.Start(async () => new Finished(update, await announcer.SendAsync(update, ct)), ct);
    }

    public async Task TakeFinishedAsync() => Note(await _request.TakeFinishedAsync());

    /// <summary>Waits for what is on its way; before the server is told for the last time.</summary>
    public async Task SettleAsync() => Note(await _request.SettleAsync());

    public Task AbandonAsync() => _request.AbandonAsync();

    private void Note(Finished? finished)
    {
        switch (finished)
        {
            case { Failure: { } failure }:
                (_isOwed, _failedAt) = (true, work.Context.Time.GetTimestamp());
                if (!_isProblemTold)
                    work.Context.Observer.Note(work.Head.Path, RunUpsert.Explain(failure, work.Bucket.Path, "the run's config", work.Context.Server));
                _isProblemTold = true;
                break;
            case { Update: var update }:
                work.Announcer.Acknowledge(update);
                (_failedAt, _isProblemTold) = (null, false);
                break;
        }
    }

    private sealed record Finished(RunUpdate Update, ApiFailure? Failure);
}
