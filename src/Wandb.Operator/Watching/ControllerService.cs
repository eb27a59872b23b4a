using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Wandb.Operator.Watching;

/// <summary>
/// Reconciles while this replica leads: 1. wait until the caches are filled, 2. wait for leadership, 3. look at every key once, 4. work off
/// the queue, 5. when leadership ends, stop the workers, forget the queue and go back to 2.
/// </summary>
internal sealed class ControllerService<TKey>(
    Controller<TKey> controller, IEnumerable<IResourceCache> caches, ILeadership leadership, OperatorMetrics metrics, TimeProvider time,
    ILogger<ControllerService<TKey>> log) : BackgroundService
    where TKey : notnull
{
    [SuppressMessage("Design", "CA1031", Justification = "Boundary of one leadership: a mistake in it is told, and it begins anew after a wait.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var depth = metrics.ObserveQueue(controller.Name, () => controller.Queue.Depth);
        try
        {
            // 1.
            await Task.WhenAll(caches.Select(cache => cache.WhenFilledAsync(stoppingToken)));
            for (var failures = 0; !stoppingToken.IsCancellationRequested;)
            {
                try
                {
                    await LeadAsync(stoppingToken);
                    failures = 0;
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    var delay = controller.Retry.For(++failures, Random.Shared.NextDouble());
                    log.LeadingFailed(exception, controller.Name, delay);
                    await Task.Delay(delay, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }

    private async Task LeadAsync(CancellationToken stoppingToken)
    {
        // 2.
        var leading = await leadership.WaitForLeadershipAsync(stoppingToken);
        log.Started(controller.Name);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(leading, stoppingToken);
        try
        {
            // 3. Opened first: what changes in between is not lost.
            controller.Queue.Open();
            foreach (var key in controller.AllKeys())
                controller.Queue.Add(key);

            // 4.
            await Task.WhenAll(Enumerable.Range(0, controller.Workers).Select(_ => Task.Run(() => WorkAsync(stop.Token), CancellationToken.None)));
        }
        finally
        {
            // 5.
            controller.Queue.Close();
            log.Stopped(controller.Name);
        }
    }

    private async Task WorkAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var key = await controller.Queue.TakeAsync(ct);
                await ReconcileAsync(key, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Leadership, or the program, ends.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Boundary of one key: whatever is thrown, it comes again later and the others go on.")]
    private async Task ReconcileAsync(TKey key, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        try
        {
            // The key may have been handed out at the moment in which leadership ended: nothing is begun after that.
            ct.ThrowIfCancellationRequested();
            var result = await controller.Reconciler.ReconcileAsync(key, ct);
            End(key, result);
            metrics.Reconciled(controller.Name, result, time.GetElapsedTime(began));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            controller.Queue.Finish(key);
            throw;
        }
        catch (Exception exception)
        {
            var attempt = controller.Queue.FailuresOf(key) + 1;
            var refused = exception as ApiException;
            var delay = controller.Retry.For(attempt, Random.Shared.NextDouble(), refused?.RetryAfter);
            // Where in this program the API server was asked says nothing about why it did not do it.
            if (refused is null)
                log.ReconcileFailed(exception, controller.Name, key.ToString(), attempt, delay);
            else
                log.ReconcileRefused(controller.Name, key.ToString(), refused.Message, attempt, delay);
            controller.Queue.Fail(key, delay);
            metrics.ReconcileFailed(controller.Name, exception, time.GetElapsedTime(began));
        }
    }

    private void End(TKey key, ReconcileResult result)
    {
        switch (result)
        {
            case ReconcileResult.Done:
                controller.Queue.Finish(key);
                break;
            case ReconcileResult.RequeueAfter requeue:
                controller.Queue.FinishAfter(key, requeue.Delay);
                break;
            case ReconcileResult.Postponed postponed:
                controller.Queue.Postpone(key, postponed.Delay);
                break;
            case ReconcileResult.Terminal terminal:
                log.ReconcileIsTerminal(controller.Name, key.ToString(), terminal.Reason);
                controller.Queue.Finish(key);
                break;
            default:
                throw new UnreachableException();
        }
    }
}
