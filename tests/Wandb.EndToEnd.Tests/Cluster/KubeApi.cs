using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Operator.Manifests;
using Wandb.Sandbox.Cluster.Storage;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>A Kubernetes API as kubectl uses it: manifests are applied, and waits are watches.</summary>
/// <param name="http">Signed in; see <see cref="Kubeconfig.Connect"/>. Disposed with this.</param>
internal sealed class KubeApi(HttpClient http) : IDisposable
{
    private const string FieldManager = "end-to-end-tests";

    // What tests create; every kind is a path of the API.
    private static readonly Dictionary<string, string> Plurals = new(StringComparer.Ordinal)
    {
        ["PersistentVolumeClaim"] = "persistentvolumeclaims",
        ["ResourceQuota"] = "resourcequotas",
    };

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
        {
            var (code, answer) = await TryApplyAsync(document.AsObject(), ns);
            Assert.True(code is HttpStatusCode.OK or HttpStatusCode.Created, $"{(int)code} {answer.ToJsonString()} for {document.ToJsonString()}");
        }
    }

    /// <returns>Status and the object, or why not.</returns>
    public Task<(HttpStatusCode Code, JsonNode Answer)> TryApplyAsync(JsonObject document, string? ns)
    {
        var (version, kind) = (document.Text("apiVersion")!, document.Text("kind")!);
        var plural = Plurals.GetValueOrDefault(kind) ?? kind.ToLowerInvariant() + "s";
        var place = ns is null ? plural : $"namespaces/{document.Text("metadata", "namespace") ?? ns}/{plural}";
        var path = $"{(version.Contains('/', StringComparison.Ordinal) ? "apis" : "api")}/{version}/{place}/{document.Name()}";
        return SendAsync(HttpMethod.Patch, $"{path}?fieldManager={FieldManager}&force=true", document.ToJsonString(), "application/apply-patch+yaml");
    }

    /// <returns>Null: there is none.</returns>
    public async Task<JsonNode?> FindAsync(string collection, string name)
    {
        var (code, answer) = await SendAsync(HttpMethod.Get, $"{collection}/{name}");
        return code == HttpStatusCode.NotFound ? null : Good(code, answer);
    }

    public async Task<IReadOnlyList<JsonObject>> ListAsync(string collection, string selector = "")
    {
        var (code, answer) = await SendAsync(HttpMethod.Get, $"{collection}?labelSelector={Uri.EscapeDataString(selector)}");
        return [.. Good(code, answer).Objects("items")];
    }

    public async Task DeleteAsync(string collection, string name, string options = """{"propagationPolicy":"Background"}""")
    {
        var (code, answer) = await SendAsync(HttpMethod.Delete, $"{collection}/{name}", options);
        Assert.True(code is HttpStatusCode.OK or HttpStatusCode.Accepted, $"{(int)code} {answer.ToJsonString()}");
    }

    public async Task<JsonNode> MergeAsync(string path, string patch)
    {
        var (code, answer) = await SendAsync(HttpMethod.Patch, path, patch, "application/merge-patch+json");
        return Good(code, answer);
    }

    public async Task<string> LogAsync(string ns, string pod, string container)
    {
        using var response = await http.GetAsync($"{Pods(ns)}/{pod}/log?container={container}&tailLines=40", Stop);
        return await response.Content.ReadAsStringAsync(Stop);
    }

    /// <summary>The states of a collection, one after the other: first as it is, then at every change; for ever. A watch that ends is begun anew.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JsonObject>> StatesAsync(string collection, string selectors, [EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            var (code, answer) = await SendAsync(HttpMethod.Get, $"{collection}?{selectors}");
            var objects = Good(code, answer).Objects("items").ToDictionary(item => item.Name(), item => item, StringComparer.Ordinal);
            yield return [.. objects.Values];
            var version = answer.Text("metadata", "resourceVersion");
            await foreach (var line in LinesAsync($"{collection}?{selectors}&watch=true&timeoutSeconds=60&resourceVersion={version}", ct))
            {
                var (type, changed) = (line.Text("type"), line["object"] as JsonObject);
                if (type is not ("ADDED" or "MODIFIED" or "DELETED") || changed is null)
                    break;
                if (type == "DELETED")
                    objects.Remove(changed.Name());
                else
                    objects[changed.Name()] = changed;
                yield return [.. objects.Values];
            }
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Ends with the watch, also when it is cut off.</summary>
    private async IAsyncEnumerable<JsonNode> LinesAsync(string path, [EnumeratorCancellation] CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        while (await LineAsync(reader, ct) is { } line)
            yield return JsonNode.Parse(line)!;
    }

    private static async Task<string?> LineAsync(StreamReader reader, CancellationToken ct)
    {
        try
        {
            return await reader.ReadLineAsync(ct);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return null;
        }
    }

    private async Task<(HttpStatusCode Code, JsonNode Answer)> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        using var response = await http.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        return (response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)! : JsonValue.Create(text));
    }

    private static JsonNode Good(HttpStatusCode code, JsonNode answer)
    {
        Assert.True(code == HttpStatusCode.OK, $"{(int)code} {answer.ToJsonString()}");
        return answer;
    }
}
