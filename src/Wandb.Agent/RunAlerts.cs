using System.Globalization;
using System.Text;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Live;
using Wandb.Agent.Receipts;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Streaming;

namespace Wandb.Agent;

/// <summary>
/// Sends the alerts of one run, one after the other. The rows behind an alert wait for it as long as a server that is well needs. One that is not
/// taken by then keeps neither rows nor heartbeats waiting: it goes on beside them, is tried again later, and is insisted on at the end. Used by one
/// run's loop, where everything that was read is acknowledged; only the request itself runs beside it.
/// </summary>
internal sealed class RunAlerts(RunContext context, RunHead head, RunReplay replay, RunCheckpoints checkpoints, Quarantine quarantine)
{
    private readonly SideTask<Finished> _request = new();
    private bool _isProblemTold;

    // Why the last request failed, and when; null: it did not.
    private ApiFailure? _failure;
    private long _failedAt;

    /// <summary>The server has the one that was read just now: an earlier agent sent it.</summary>
    public void TakeAsSent(UpsertedBucket bucket)
    {
        replay.DropAlert();
        checkpoints.SaveAlert(bucket);
    }

    /// <summary>Sends the one that was read just now, unless it has to wait for one before it.</summary>
    public async Task SendAsync(UpsertedBucket bucket, CancellationToken ct)
    {
        replay.TakeAlert();
        if (replay.AlertsWaiting.Count > 1)
            return;
        Start(bucket, ct);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(_request.Ended, Task.Delay(context.AlertPatience, context.Time, answered.Token));
        await answered.CancelAsync();
        if (!_request.Ended.IsCompleted)
            TellWaiting(bucket, "no answer yet");
        await GoOnAsync(bucket, ct);
    }

    /// <summary>Notes what came of the request, and begins the next one when it is due.</summary>
    public async Task GoOnAsync(UpsertedBucket bucket, CancellationToken ct)
    {
        if (await _request.TakeFinishedAsync() is { } finished)
            Note(finished, bucket);
        if (_request.IsIdle && replay.AlertsWaiting.Count > 0 && (_failure is null || context.Time.GetElapsedTime(_failedAt) >= context.RetryDelay))
            Start(bucket, ct);
    }

    /// <summary>Waits until all are on the server.</summary>
    /// <returns>Why the next one is not; null when there is none.</returns>
    public async Task<ApiFailure?> FinishAsync(UpsertedBucket bucket, CancellationToken ct)
    {
        while (replay.AlertsWaiting.Count > 0)
        {
            if (_request.IsIdle)
                Start(bucket, ct);
            if (await _request.SettleAsync() is { } finished)
                Note(finished, bucket);
            if (_failure is not null)
                return _failure;
        }
        return null;
    }

    public Task AbandonAsync() => _request.AbandonAsync();

    private void Start(UpsertedBucket bucket, CancellationToken ct)
    {
        _failure = null;
        var alert = replay.AlertsWaiting[0].Alert;
        var request = NotifyScriptableRunAlert.Request(bucket.Path, alert.Title, alert.Text, alert.Level, alert.WaitDuration);
        _request.Start(async () => new Finished((await context.GraphQL.SendAsync(request, ct) as ApiOutcome<AlertAnswer>.Failed)?.Cause), ct);
    }

    private void Note(Finished finished, UpsertedBucket bucket)
    {
        if (finished.Failure is { } failure)
        {
            if (!IsAboutAlert(failure))
            {
                (_failure, _failedAt) = (failure, context.Time.GetTimestamp());
                TellWaiting(bucket, failure.Words);
                return;
            }
            var alert = replay.AlertsWaiting[0].Alert;
            quarantine.Add(
                string.Create(CultureInfo.InvariantCulture, $"alert-{checkpoints.AlertsSent + 1}"), failure.Words, Encoding.UTF8.GetBytes($"{alert.Title}\n{alert.Text}"));
        }
        _isProblemTold = false;
        replay.SettleAlert();
        // From here on a restart must not come back to it.
        checkpoints.SaveAlert(bucket);
    }

    private void TellWaiting(UpsertedBucket bucket, string why)
    {
        if (!_isProblemTold)
            context.Observer.Note(head.Path, $"an alert of {bucket.Path.Run} is not taken ({why}): what comes behind it goes on, and it is tried again");
        _isProblemTold = true;
    }

    /// <summary>A key and a place that may not be used, and a page that is not the server's, say nothing about the alert: it is tried again.</summary>
    private static bool IsAboutAlert(ApiFailure failure) => failure is ApiFailure.Refused
    {
        Kind: not (RefusalKind.Unauthorized or RefusalKind.Forbidden or RefusalKind.NotFound),
    } and not ApiFailure.Refused { Kind: RefusalKind.Other, Status: 200 };

    private sealed record Finished(ApiFailure? Failure);
}
