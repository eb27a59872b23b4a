using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Json;

namespace Wandb.Operator.Watching;

/// <summary>Reads a list page by page. Memory: what is kept of one page, and one object as JSON.</summary>
internal sealed class ResourcePages<T>(WatchedResource<T> resource, ObjectReader<T> objects, KubernetesApi api, TimeProvider time)
    where T : class
{
    /// <summary>Few large reads: a page of pods has megabytes.</summary>
    public static readonly StreamPipeReaderOptions Buffers = new(bufferSize: 64 << 10, minimumReadSize: 16 << 10);

    /// <param name="continueToken">Of the page before; null: the first one.</param>
    /// <returns>A page, or why there is none.</returns>
    public async Task<WatchEvent<T>> ReadAsync(string? continueToken, CancellationToken ct)
    {
        var request = WatchQuery.List(resource, continueToken);
        var began = time.GetTimestamp();
        using var limit = new CancellationTokenSource(request.TimeLimit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        using var stream = await api.OpenAsync(request, ct);
        if (stream is not ApiStream.Opened opened)
            return NotOpened(stream);
        var pipe = PipeReader.Create(opened.Body, Buffers);
        try
        {
            return await new ListPageReader<T>(objects, resource.Limits.MaxObjectBytes).ReadAsync(pipe, stop.Token);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or JsonException or InvalidDataException
            || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new WatchEvent<T>.Failed(exception.Message, time.GetElapsedTime(began), null);
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    /// <summary>Everything, over all pages.</summary>
    /// <exception cref="ApiException">A page does not come, or the rest of the list was forgotten by the server in between.</exception>
    public async Task<IReadOnlyList<CachedObject<T>>> ReadAllAsync(CancellationToken ct)
    {
        var all = new List<CachedObject<T>>();
        string? next = null;
        do
        {
            switch (await ReadAsync(next, ct))
            {
                case WatchEvent<T>.Page page:
                    all.AddRange(page.Objects);
                    next = page.Continue;
                    break;
                case WatchEvent<T>.Failed failed:
                    throw new ApiException($"cannot list {resource.Name}", new ApiOutcome.Failed(failed.Problem), failed.RetryAfter);
                case WatchEvent<T>.Expired:
                    throw new ApiException($"cannot list {resource.Name}", new ApiOutcome.Failed("the rest of the list is forgotten (410)"));
                default:
                    throw new UnreachableException();
            }
        }
        while (next is not null);
        return all;
    }

    public static WatchEvent<T> NotOpened(ApiStream stream) => stream switch
    {
        ApiStream.Refused { Refusal.IsExpired: true } => new WatchEvent<T>.Expired(TimeSpan.Zero),
        ApiStream.Refused refused => new WatchEvent<T>.Failed(refused.Refusal.ToString(), TimeSpan.Zero, refused.Refusal.RetryAfter),
        ApiStream.Failed failed => new WatchEvent<T>.Failed(failed.Reason, TimeSpan.Zero, null),
        _ => throw new UnreachableException(),
    };
}
