using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;

namespace Wandb.Operator.Watching;

/// <summary>
/// Keeps a cache like the server's state: 1. list, page by page, 2. watch from the list's version, 3. after each end, go on as
/// <see cref="WatchState"/> says: watch again from the last version or list again, and before that wait if something failed. Memory: one page of
/// reduced objects, one object as JSON, and the keys of a list under way.
/// </summary>
internal sealed class ResourceWatch<T>(
    WatchedResource<T> resource, ResourceCache<T> cache, KubernetesApi api, OperatorMetrics metrics, TimeProvider time, ILogger<ResourceWatch<T>> log)
    : IResourceWatch
    where T : class
{
    private readonly ObjectReader<T> _objects = new(resource, metrics, log);
    private readonly ResourcePages<T> _pages = new(resource, new ObjectReader<T>(resource, metrics, log), api, time);
    private WatchState _state = WatchState.Start;

    [SuppressMessage("Design", "CA1031", Justification = "Boundary of the loop: after a mistake of ours everything is listed again.")]
    public async Task RunAsync(CancellationToken ct)
    {
        using var observed = metrics.ObserveCache(resource.Name, () => cache.Count);
        while (true)
        {
            WatchEvent<T> last;
            try
            {
                last = _state.ResourceVersion is { } version ? await WatchAsync(version, ct) : await _pages.ReadAsync(_state.Continue, ct);
                Take(last);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                log.WatchBroken(exception, resource.Name);
                last = new WatchEvent<T>.Unreadable("a mistake of this program", TimeSpan.Zero);
                Take(last);
            }

            // 3.
            await PauseAsync(last, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ct.IsCancellationRequested)
                return;
        }
    }

    /// <summary>2. Until the watch ends.</summary>
    private async Task<WatchEvent<T>> WatchAsync(string version, CancellationToken ct)
    {
        using var stream = await api.OpenAsync(WatchQuery.Watch(resource, version, Random.Shared.NextDouble()), ct);
        if (stream is not ApiStream.Opened opened)
            return ResourcePages<T>.NotOpened(stream);
        var pipe = PipeReader.Create(opened.Body, ResourcePages<T>.Buffers);
        try
        {
            var events = new WatchStream<T>(pipe, resource.Limits, _objects, time);
            while (true)
            {
                var happened = await events.NextAsync(ct);
                if (happened is not (WatchEvent<T>.Seen or WatchEvent<T>.Gone or WatchEvent<T>.Bookmark))
                    return happened;
                Take(happened);
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private void Take(WatchEvent<T> happened)
    {
        (_state, var changes) = _state.After(happened);
        foreach (var change in changes)
            cache.Apply(change, resource.Namespace);
    }

    private Task PauseAsync(WatchEvent<T> last, CancellationToken ct)
    {
        if (last is WatchEvent<T>.Page page)
        {
            if (page.Continue is null)
            {
                metrics.Listed(resource.Name);
                log.Listed(resource.Name, cache.Count);
            }
            return Task.CompletedTask;
        }
        var end = WatchEnd.Of(last);
        metrics.WatchRestarted(resource.Name, end.Reason);
        if (_state.Failures == 0)
            return Task.CompletedTask;
        var delay = resource.Limits.Retry.For(_state.Failures, Random.Shared.NextDouble(), end.RetryAfter);
        // An API server may send no bookmark where nothing changes in the whole cluster: then this is the ordinary way.
        log.WatchFailed(last is WatchEvent<T>.Silent ? LogLevel.Debug : LogLevel.Warning, resource.Name, end.Reason, end.Problem, _state.Failures, delay);
        return Task.Delay(delay, time, ct);
    }
}
