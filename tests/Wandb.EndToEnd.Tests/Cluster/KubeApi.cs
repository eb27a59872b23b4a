using System.Net;
using System.Text.Json.Nodes;
using Wandb.Operator.Manifests;
using Wandb.Sandbox.Cluster;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>The cluster as tests use it: what they send ends with the test.</summary>
/// <param name="http">Signed in; see <see cref="Kubeconfig.Connect"/>. Disposed with this.</param>
internal sealed class KubeApi(HttpClient http) : IDisposable
{
    private readonly ClusterApi _api = new(http, "end-to-end-tests");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static string Pods(string ns) => $"api/v1/namespaces/{ns}/pods";

    public static string Jobs(string ns) => $"apis/batch/v1/namespaces/{ns}/jobs";

    public static string Runs(string ns) => $"apis/wandb-operator.io/v1alpha1/namespaces/{ns}/wandbruns";

    public static string Events(string ns) => $"api/v1/namespaces/{ns}/events";

    /// <summary>Applies all documents of a manifest, in their order.</summary>
    /// <param name="ns">Of those that name none; null for kinds without a namespace.</param>
    public async Task ApplyAsync(string yaml, string? ns)
    {
        foreach (var document in YamlDocuments.Read(new StringReader(yaml)))
            await _api.ApplyAsync(document.AsObject(), ns, Stop);
    }

    /// <returns>Status and the object, or why not.</returns>
    public Task<(HttpStatusCode Code, JsonNode Answer)> TryApplyAsync(JsonObject document, string? ns) => _api.TryApplyAsync(document, ns, Stop);

    /// <summary>A POST that stores nothing.</summary>
    /// <returns>Status and the object, or why not.</returns>
    public Task<(HttpStatusCode Code, JsonNode Answer)> TryCreateAsync(string collection, JsonObject json) =>
        _api.SendAsync(HttpMethod.Post, collection + "?dryRun=All", json.ToJsonString(), "application/json", "application/json", Stop);

    /// <returns>Null: there is none.</returns>
    public async Task<JsonNode?> FindAsync(string collection, string name) => await _api.FindAsync($"{collection}/{name}", Stop);

    public Task<IReadOnlyList<JsonObject>> ListAsync(string collection) => _api.ListAsync(collection, Stop);

    public Task DeleteAsync(string collection, string name) => _api.DeleteAsync($"{collection}/{name}", Stop);

    public Task<JsonObject> MergeAsync(string path, string patch) => _api.MergeAsync(path, patch, Stop);

    public async Task<string> LogAsync(string ns, string pod, string container) =>
        (await _api.SendAsync(HttpMethod.Get, $"{Pods(ns)}/{pod}/log?container={container}&tailLines=40", Stop)).Answer.ToString();

    /// <inheritdoc cref="ClusterApi.StatesAsync"/>
    public IAsyncEnumerable<IReadOnlyList<JsonObject>> StatesAsync(string collection, string selectors, CancellationToken ct) => _api.StatesAsync(collection, selectors, ct);

    public void Dispose() => _api.Dispose();
}
