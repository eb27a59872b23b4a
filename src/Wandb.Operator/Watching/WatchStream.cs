using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;

namespace Wandb.Operator.Watching;

/// <summary>
/// The lines of an open watch: <c>{"type":"ADDED","object":{…}}</c>, types ADDED, MODIFIED, DELETED, BOOKMARK and ERROR (Kubernetes docs,
/// "Efficient detection of changes"). Every way that a watch can end is an event.
/// </summary>
internal sealed class WatchStream<T>(PipeReader pipe, WatchLimits limits, ObjectReader<T> objects, TimeProvider time)
    where T : class
{
    private readonly long _began = time.GetTimestamp();

    private string TooLong => string.Create(CultureInfo.InvariantCulture, $"an event is longer than {limits.MaxObjectBytes} bytes");

    private TimeSpan Lasted => time.GetElapsedTime(_began);

    /// <summary>Waits for one event. After one that ends the watch there is no other.</summary>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/> alone.</exception>
    public async ValueTask<WatchEvent<T>> NextAsync(CancellationToken ct)
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await ReadAsync(ct);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return new WatchEvent<T>.Silent(Lasted);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                return new WatchEvent<T>.Failed(exception.Message, Lasted, null);
            }

            var buffer = result.Buffer;
            var end = buffer.PositionOf((byte)'\n');
            var line = end is { } newline ? buffer.Slice(0, newline) : buffer;
            if (line.Length > limits.MaxObjectBytes)
                return new WatchEvent<T>.Unreadable(TooLong, Lasted);
            if (end is { } whole)
            {
                var happened = Parse(line);
                pipe.AdvanceTo(buffer.GetPosition(1, whole));
                return happened;
            }
            // A line without its end was cut: its event comes again from the last version.
            if (result.IsCompleted)
                return line.IsEmpty ? new WatchEvent<T>.Ended(Lasted) : new WatchEvent<T>.Failed("the watch ended inside an event", Lasted, null);
            pipe.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private async ValueTask<ReadResult> ReadAsync(CancellationToken ct)
    {
        if (pipe.TryRead(out var buffered))
            return buffered;
        using var silence = new CancellationTokenSource(limits.SilenceLimit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, ct);
        return await pipe.ReadAsync(stop.Token);
    }

    private WatchEvent<T> Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("object", out var told)
                ? Parse(ObjectHead.Text(root, "type"), told)
                : throw new JsonException("an event has no object");
        }
        catch (JsonException exception)
        {
            return new WatchEvent<T>.Unreadable(exception.Message, Lasted);
        }
    }

    private WatchEvent<T> Parse(string? type, JsonElement told)
    {
        switch (type)
        {
            case "ADDED" or "MODIFIED":
                var (head, value) = objects.Read(told);
                return value is null
                    ? new WatchEvent<T>.Gone(head.Key, head.ResourceVersion)
                    : new WatchEvent<T>.Seen(new(head.Key, head.ResourceVersion, value));
            case "DELETED":
                var gone = ObjectHead.Read(told);
                return new WatchEvent<T>.Gone(gone.Key, gone.ResourceVersion);
            case "BOOKMARK":
                return new WatchEvent<T>.Bookmark(ObjectHead.Version(told));
            case "ERROR":
                // Other errors may come for ever at this version, as from an object that the server itself cannot read: list again as well.
                var status = ApiStatusText.Read(told);
                return status.Code == StatusCodes.Status410Gone
                    ? new WatchEvent<T>.Expired(Lasted)
                    : new WatchEvent<T>.Unreadable($"the server says {status.Code} {status.Reason}: {status.Message}", Lasted);
            default:
                throw new JsonException($"unknown type of event: {type}");
        }
    }
}
