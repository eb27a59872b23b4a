using System.Text;
using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Cluster.Storage;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>
/// A namespace of its own in a cluster, with a W&amp;B server of its own, which the namespace's default profile names together with the Secret
/// that holds the key. Disposing removes all of it.
/// </summary>
internal sealed class Scenario : IAsyncDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private readonly IAsyncDisposable _lease;

    private Scenario(ICluster cluster, IAsyncDisposable lease, LocalBackend backend, string ns)
    {
        (Cluster, _lease, Backend, Namespace) = (cluster, lease, backend, ns);
        ServerUrl = cluster.ServerUrl(ns) ?? backend.Url;
    }

    public ICluster Cluster { get; }

    public KubeApi Api => Cluster.Api;

    public LocalBackend Backend { get; }

    public string Namespace { get; }

    /// <summary>Where pods reach the W&amp;B server.</summary>
    public Uri ServerUrl { get; }

    /// <summary>The one run that the server has.</summary>
    public JsonObject OnlyRun => Assert.Single(Backend.Runs());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="lease">Disposed with the scenario.</param>
    /// <param name="name">What it is about; becomes the namespace's name.</param>
    /// <param name="labels">Of the namespace, as YAML.</param>
    public static async Task<Scenario> StartAsync(ICluster cluster, IAsyncDisposable lease, string name, string labels)
    {
        var ns = $"e2e-{name}-{Random.Shared.GetHexString(6, lowercase: true)}";
        var scenario = new Scenario(cluster, lease, await LocalBackend.StartAsync(new LocalBackendOptions(), Stop), ns);
        await cluster.Api.ApplyAsync($"{{apiVersion: v1, kind: Namespace, metadata: {{name: {ns}, labels: {{{labels}}}}}}}", null);
        await cluster.OpenWayAsync(ns, scenario.Backend.Url);
        await scenario.ApplyAsync($$"""
            apiVersion: v1
            kind: Secret
            metadata: { name: wandb-api-key }
            stringData: { api-key: {{scenario.Backend.ApiKey}} }
            ---
            apiVersion: wandb-operator.io/v1alpha1
            kind: WandbProfile
            metadata: { name: default }
            spec:
              baseUrl: {{scenario.ServerUrl}}
              apiKeySecretRef: { name: wandb-api-key }
            """);
        return scenario;
    }

    public Task ApplyAsync(string yaml) => Api.ApplyAsync(yaml, Namespace);

    /// <summary>Waits until the WandbRun is as wanted.</summary>
    /// <param name="what">Named when it does not come.</param>
    public async Task<RunView> UntilRunAsync(string name, Func<RunView, bool> isSo, string what) =>
        new(await UntilAsync(KubeApi.Runs(Namespace), name, node => isSo(new RunView(node)), what));

    /// <summary>Waits until a Job has ended.</summary>
    /// <param name="condition"><c>Complete</c> or <c>Failed</c>; the other one is a failure at once.</param>
    public async Task<JsonObject> UntilJobAsync(string name, string condition = "Complete")
    {
        var job = await UntilAsync(KubeApi.Jobs(Namespace), name, node => HasCondition(node, "Complete") || HasCondition(node, "Failed"), "ended");
        Assert.True(HasCondition(job, condition), $"job {name} is not {condition}: {job["status"]?.ToJsonString()}\n{await DescribeAsync()}");
        return job;
    }

    public Task<JsonObject> UntilPodAsync(string selector, Func<JsonObject, bool> isSo, string what) =>
        UntilAnyAsync(KubeApi.Pods(Namespace), "labelSelector=" + Uri.EscapeDataString(selector), isSo, $"a pod with {selector} {what}");

    public Task<JsonObject> UntilEventAsync(Func<JsonObject, bool> isSo, string what) =>
        UntilAnyAsync(KubeApi.Events(Namespace), "", isSo, $"an event {what}");

    /// <summary>Waits until the trainer of a pod of this Job runs.</summary>
    /// <returns>The name of the pod.</returns>
    public async Task<string> RunningPodAsync(string job)
    {
        var pod = await UntilPodAsync(
            $"batch.kubernetes.io/job-name={job}", pod => pod.Text("status", "phase") == "Running" && !pod.IsDeleting(), "runs");
        return pod.Name();
    }

    /// <summary>Waits until the server has at least so many rows over all runs.</summary>
    public async Task UntilRowsAsync(int rows)
    {
        using var timer = new PeriodicTimer(LookAgain);
        var start = TimeProvider.System.GetTimestamp();
        while (Backend.Runs().Sum(run => run.Steps().Count) < rows)
        {
            if (TimeProvider.System.GetElapsedTime(start) > Cluster.Deadline)
                Assert.Fail($"waited too long for {rows} rows on the server\n{await DescribeAsync()}");
            await timer.WaitForNextTickAsync(Stop);
        }
    }

    /// <summary>The server saw no mistake, and each run has its rows once, in order and without a gap.</summary>
    public void AssertRowsOnce()
    {
        var state = Backend.State();
        Assert.True(state["problems"]!.AsArray().Count == 0, state["problems"]!.ToJsonString());
        foreach (var run in Backend.Runs())
            Assert.Equal(Enumerable.Range(0, run.Steps().Count).Select(step => (long)step), run.Steps());
    }

    /// <summary>What a person would look at when something is wrong.</summary>
    public async Task<string> DescribeAsync()
    {
        var text = new StringBuilder();
        text.Append(Namespace).Append(" on the server: ");
        text.AppendLine(string.Join(", ", Backend.Runs().Select(run => $"{(string)run["run"]!} {run.Steps().Count} rows, complete {run["complete"]}, exit {run["exitcode"]}")));
        foreach (var collection in new[] { KubeApi.Runs(Namespace), KubeApi.Jobs(Namespace) })
        {
            foreach (var item in await Api.ListAsync(collection))
                text.AppendLine($"{item.Text("kind")} {item.Name()}: {item["status"]?.ToJsonString()}");
        }
        foreach (var item in await Api.ListAsync(KubeApi.Events(Namespace)))
            text.AppendLine($"event {item.Text("involvedObject", "name")} {item.Text("reason")}: {item.Text("message")}");
        foreach (var pod in await Api.ListAsync(KubeApi.Pods(Namespace)))
        {
            text.AppendLine($"pod {pod.Name()}: {pod["status"]?.ToJsonString()}");
            foreach (var container in pod.Objects("spec", "initContainers").Concat(pod.Objects("spec", "containers")))
                text.AppendLine($"  log of {container.Text("name")}: {await Api.LogAsync(Namespace, pod.Name(), container.Text("name")!)}");
        }
        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DeleteAsync("api/v1/namespaces", Namespace);
        await Backend.DisposeAsync();
        await _lease.DisposeAsync();
    }

    public static bool HasCondition(JsonNode? node, string type, string status = "True") =>
        node.Objects("status", "conditions").Any(condition => condition.Text("type") == type && condition.Text("status") == status);

    private Task<JsonObject> UntilAsync(string collection, string name, Func<JsonObject, bool> isSo, string what) =>
        UntilAnyAsync(collection, $"fieldSelector=metadata.name%3D{name}", isSo, $"{collection}/{name} {what}");

    private async Task<JsonObject> UntilAnyAsync(string collection, string selectors, Func<JsonObject, bool> isSo, string what)
    {
        using var limit = new CancellationTokenSource(Cluster.Deadline);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, Stop);
        try
        {
            await foreach (var state in Api.StatesAsync(collection, selectors, stop.Token))
            {
                if (state.FirstOrDefault(isSo) is { } found)
                    return found;
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // Told below.
        }
        Assert.Fail($"waited too long until {what}\n{await DescribeAsync()}");
        return [];
    }
}
