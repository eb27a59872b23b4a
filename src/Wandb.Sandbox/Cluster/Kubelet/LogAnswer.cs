using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>pods/log: container, previous, follow, tailLines, timestamps.</summary>
internal sealed class LogAnswer(ClusterParts parts, LocalKubelet kubelet)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <returns>Null when the answer was given.</returns>
    public async Task<ApiStatus?> WriteAsync(HttpContext context, string ns, string name)
    {
        if (parts.Store.Get(BuiltInKinds.Pods.Id, ns, name)?.Parse() is not { } pod)
        {
            return ApiStatus.NotFound(BuiltInKinds.Pods, name);
        }

        var query = context.Request.Query;
        string[] containers = [.. pod.Objects("spec", "containers").Concat(pod.Objects("spec", "initContainers")).Select(item => item.Text("name") ?? "")];
        var container = query["container"].ToString() is { Length: > 0 } asked ? asked : containers[0];
        if (!containers.Contains(container))
        {
            return ApiStatus.BadRequest($"container {container} is not valid for pod {name}");
        }

        var restarts = (int)(StatusOf(pod, container).Number("restartCount") ?? 0);
        var path = ContainerLog.PathOf(kubelet.FolderOf(pod.Uid()), container, query["previous"] == "true" ? restarts - 1 : restarts);
        if (!File.Exists(path))
        {
            return ApiStatus.BadRequest(query["previous"] == "true"
                ? $"previous terminated container \"{container}\" in pod \"{name}\" not found"
                : $"container \"{container}\" in pod \"{name}\" is waiting to start: {StatusOf(pod, container).Text("state", "waiting", "reason") ?? "PodInitializing"}");
        }

        context.Response.ContentType = "text/plain";
        await CopyAsync(context, path, query, () => IsRunning(ns, pod, container, restarts));
        return null;
    }

    private async Task CopyAsync(HttpContext context, string path, IQueryCollection query, Func<bool> isRunning)
    {
        var hasTimes = query["timestamps"] == "true";
        var stopped = context.RequestAborted;
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var tail = int.TryParse(query["tailLines"], NumberStyles.None, CultureInfo.InvariantCulture, out var lines) ? lines : int.MaxValue;
        var first = new List<string>();
        while (await file.ReadLineAsync(stopped) is { } line)
        {
            first.Add(line);
        }

        await WriteAsync(context, first.TakeLast(tail), hasTimes);
        while (query["follow"] == "true")
        {
            // Asked before reading: what is written before the end is read after this.
            var isLast = !isRunning();
            while (await file.ReadLineAsync(stopped) is { } line)
            {
                await WriteAsync(context, [line], hasTimes);
            }

            if (isLast)
            {
                return;
            }

            await Task.Delay(Poll, parts.Time, stopped);
        }
    }

    private static async Task WriteAsync(HttpContext context, IEnumerable<string> lines, bool hasTimes)
    {
        var text = string.Concat(lines.Select(line => (hasTimes ? line : line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]) + "\n"));
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private bool IsRunning(string ns, JsonObject pod, string container, int restarts)
    {
        var now = parts.Store.Get(BuiltInKinds.Pods.Id, ns, pod.Name())?.Parse();
        var status = StatusOf(now, container);
        return now.Uid() == pod.Uid() && status.Number("restartCount") == restarts && status.At("state", "running") is not null;
    }

    private static JsonObject? StatusOf(JsonObject? pod, string container) =>
        pod.Objects("status", "containerStatuses").Concat(pod.Objects("status", "initContainerStatuses")).FirstOrDefault(status => status.Text("name") == container);
}
