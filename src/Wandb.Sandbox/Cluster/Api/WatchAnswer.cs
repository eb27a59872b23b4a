using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>
/// A watch: one JSON object a line. 1. without a version, the state of now as ADDED; 2. events after the version; 3. a bookmark now and
/// then, and one before the end. A version that is forgotten is told as ERROR with a 410 Status, in an answer of 200, as the API server does.
/// </summary>
internal sealed class WatchAnswer(ObjectStore store, ClusterFaults faults, TimeProvider time, TimeSpan bookmarkInterval)
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromMinutes(45);

    public async Task WriteAsync(HttpContext context, ResourceKind kind, string? ns, ListQuery query, ObjectView view)
    {
        using var timeout = new CancellationTokenSource(query.Timeout ?? UsualTimeout, time);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, faults.WatchToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cut.Token, timeout.Token);
        var line = new WatchLines(context.Response, kind, view, time);
        context.Response.ContentType = "application/json";
        await context.Response.Body.FlushAsync(cut.Token);

        // 1.
        var seen = query.Version ?? 0;
        if (query.Version is null || query.SendsInitialEvents)
        {
            (var objects, seen) = store.List(kind.Id, ns);
            foreach (var stored in objects.Where(query.Matches))
            {
                await line.WriteAsync("ADDED", stored, cut.Token);
            }

            if (query.SendsInitialEvents)
            {
                await line.WriteBookmarkAsync(seen, isEndOfInitialEvents: true, cut.Token);
            }
        }

        while (!timeout.IsCancellationRequested)
        {
            var changes = store.ChangesAfter(kind.Id, seen);
            if (changes.Events is null)
            {
                await line.WriteErrorAsync(ApiStatus.Expired(
                    string.Create(CultureInfo.InvariantCulture, $"too old resource version: {seen} ({changes.Version})")), cut.Token);
                return;
            }

            // 2.
            if (!faults.AreWatchesSilent)
            {
                foreach (var entry in changes.Events.Where(entry => ns is null || entry.Object.Namespace == ns))
                {
                    if (Told(entry, query) is var (type, stored))
                    {
                        await line.WriteAsync(type, stored, cut.Token);
                    }
                }

                seen = Math.Max(seen, changes.Version);
            }

            // 3.
            var isQuiet = !await WaitAsync(changes.Next, ended.Token);
            if (query.WantsBookmarks && !faults.AreWatchesSilent && (isQuiet || timeout.IsCancellationRequested) && !cut.IsCancellationRequested)
            {
                await line.WriteBookmarkAsync(seen, isEndOfInitialEvents: false, cut.Token);
            }

            if (cut.IsCancellationRequested)
            {
                context.Abort();
                return;
            }
        }
    }

    // An object that begins or ceases to match is added or deleted for this watcher.
    private static (string Type, StoredObject Stored)? Told(StoreEvent entry, ListQuery query)
    {
        var matched = entry.Previous is { } previous && query.Matches(previous);
        var matches = entry.Type != StoreEventType.Deleted && query.Matches(entry.Object);
        return (matched, matches) switch
        {
            (false, true) => ("ADDED", entry.Object),
            (true, true) => ("MODIFIED", entry.Object),
            (true, false) => ("DELETED", entry.Object),
            _ => null,
        };
    }

    /// <returns>False when nothing changed for the interval, or the watch is at its end.</returns>
    private async Task<bool> WaitAsync(Task change, CancellationToken cancellationToken)
    {
        try
        {
            await change.WaitAsync(bookmarkInterval, time, cancellationToken);
            return true;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private sealed class WatchLines(HttpResponse response, ResourceKind kind, ObjectView view, TimeProvider time)
    {
        public Task WriteAsync(string type, StoredObject stored, CancellationToken cancellationToken)
        {
            var node = stored.Parse();
            node["apiVersion"] = kind.ApiVersion;
            return WriteAsync(type, Shown(node), cancellationToken);
        }

        public Task WriteBookmarkAsync(long version, bool isEndOfInitialEvents, CancellationToken cancellationToken)
        {
            var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
            if (isEndOfInitialEvents)
            {
                metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
            }

            var node = new JsonObject { ["kind"] = kind.Kind, ["apiVersion"] = kind.ApiVersion, ["metadata"] = metadata };
            return WriteAsync("BOOKMARK", view == ObjectView.Full ? node : Shown(node), cancellationToken);
        }

        public Task WriteErrorAsync(ApiStatus status, CancellationToken cancellationToken) => WriteAsync("ERROR", status.ToJson(), cancellationToken);

        private JsonObject Shown(JsonObject node) => view switch
        {
            ObjectView.Table => TableView.Of(kind, [node], new JsonObject { ["resourceVersion"] = node.Text("metadata", "resourceVersion") }, null, time.GetUtcNow()),
            ObjectView.Metadata => TableView.MetadataOf(node),
            _ => node,
        };

        private async Task WriteAsync(string type, JsonObject node, CancellationToken cancellationToken)
        {
            var text = new JsonObject { ["type"] = type, ["object"] = node }.ToJsonString() + "\n";
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
    }
}
