using System.Text.Json.Nodes;
using Wandb.Operator.Manifests;
using Wandb.Sandbox.Cluster.Storage;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>
/// A real API server with the operator installed from <c>crds/</c> and <c>deploy/</c>, with the images of the settings; it stays installed.
/// Faults of nodes need a control URL: <c>POST URL/pods/NS/POD/evict</c> and the like.
/// </summary>
internal sealed class RealCluster : ICluster
{
    private const string Namespace = "wandb-operator";
    private const string Deployments = $"apis/apps/v1/namespaces/{Namespace}/deployments";
    private const string Name = "wandb-operator";

    private readonly ClusterSettings _settings;
    private readonly HttpClient _control = new(new SocketsHttpHandler());

    private RealCluster(ClusterSettings settings)
    {
        _settings = settings;
        Trainer = settings.SdkImage is { } sdk ? TrainerProgram.OfSdk(sdk) : TrainerProgram.OfSandbox(settings.TrainerImage);
        Api = new KubeApi(new Kubeconfig(File.ReadAllText(settings.Kubeconfig!)).Connect());
    }

    public KubeApi Api { get; }

    public TrainerProgram Trainer { get; }

    public string AgentImage => _settings.AgentImage;

    public string? PythonImage => _settings.SdkImage ?? _settings.PythonImage;

    public bool HasSdk => _settings.SdkImage is not null;

    public TimeSpan Deadline => TimeSpan.FromMinutes(3);

    public static async Task<RealCluster> StartAsync(ClusterSettings settings, CancellationToken ct)
    {
        var cluster = new RealCluster(settings);
        foreach (var file in Manifests.Files("crds").Concat(Manifests.Files("deploy")))
        {
            foreach (var document in YamlDocuments.Read(new StringReader(await File.ReadAllTextAsync(file, ct))))
                await cluster.Api.ApplyAsync(cluster.Adapted(document.AsObject()).ToJsonString(), document.Text("metadata", "namespace"));
        }
        await cluster.StartOperatorAsync();
        return cluster;
    }

    public Uri? ServerUrl(string ns) => _settings.OutsideAnnotation is null ? null : new Uri($"http://wandb-server.{ns}.svc");

    public Task OpenWayAsync(string ns, Uri server) => _settings.OutsideAnnotation is null
        ? Task.CompletedTask
        : Api.ApplyAsync(
            $$"""
            apiVersion: v1
            kind: Service
            metadata: { name: wandb-server, annotations: { {{_settings.OutsideAnnotation}}: "{{server.Authority}}" } }
            spec: { ports: [{ port: 80 }] }
            """,
            ns);

    public Task KillOutOfMemoryAsync(string ns, string pod, string container) => ControlAsync($"pods/{ns}/{pod}/containers/{container}/oom");

    public Task KillAsync(string ns, string pod, string container) => ControlAsync($"pods/{ns}/{pod}/containers/{container}/signal?number=9");

    public Task EvictAsync(string ns, string pod) => ControlAsync($"pods/{ns}/{pod}/evict");

    public Task PreemptAsync(string ns, string pod) => ControlAsync($"pods/{ns}/{pod}/preempt");

    public Task LoseNodeAsync(string node) => ControlAsync($"nodes/{node}/lose?kill=true");

    public Task RecoverNodeAsync(string node) => ControlAsync($"nodes/{node}/recover");

    public async Task StopOperatorAsync()
    {
        await ScaleAsync(0);
        await UntilAsync($"api/v1/namespaces/{Namespace}/pods", "labelSelector=app.kubernetes.io%2Fname%3Dwandb-operator", pods => pods.Count == 0);
    }

    public async Task StartOperatorAsync()
    {
        await ScaleAsync(_settings.Replicas);
        await UntilAsync(Deployments, $"fieldSelector=metadata.name%3D{Name}", found => found.Any(one =>
            one.Number("status", "availableReplicas") >= _settings.Replicas && one.Number("status", "observedGeneration") == one.Number("metadata", "generation")));
    }

    public ValueTask DisposeAsync()
    {
        Api.Dispose();
        _control.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The images of the settings in place of the released ones.</summary>
    private JsonObject Adapted(JsonObject document)
    {
        if (document.Text("kind") != "Deployment")
            return document;
        document["spec"]!["replicas"] = _settings.Replicas;
        foreach (var container in document.Objects("spec", "template", "spec", "containers"))
        {
            container["image"] = _settings.OperatorImage;
            container["args"] = new JsonArray([.. container.Texts("args").Select(arg => arg.StartsWith("--agent-image=", StringComparison.Ordinal) ? "--agent-image=" + AgentImage : arg)]);
        }
        return document;
    }

    private Task<JsonObject> ScaleAsync(int replicas) =>
        Api.MergeAsync($"{Deployments}/{Name}", new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } }.ToJsonString());

    private async Task UntilAsync(string collection, string selectors, Func<IReadOnlyList<JsonObject>, bool> isSo)
    {
        using var limit = new CancellationTokenSource(Deadline);
        await foreach (var state in Api.StatesAsync(collection, selectors, limit.Token))
        {
            if (isSo(state))
                return;
        }
    }

    private async Task ControlAsync(string path)
    {
        if (_settings.ControlUrl is null)
            Assert.Skip("faults of nodes need WANDB_E2E_CONTROL_URL");
        using var response = await _control.PostAsync(new Uri(_settings.ControlUrl, path), null, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
    }
}
