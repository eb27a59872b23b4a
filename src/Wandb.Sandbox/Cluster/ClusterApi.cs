using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster;

/// <summary>A Kubernetes API as kubectl uses it, over HTTPS: this cluster's or a real one's. Waits are watches.</summary>
/// <param name="http">Signed in, such as <see cref="LocalCluster.Connect"/> gives it. Disposed with this.</param>
/// <param name="fieldManager">Who applies.</param>
internal sealed partial class ClusterApi(HttpClient http, string fieldManager) : IDisposable
{
    /// <summary>Content type of a server-side apply.</summary>
    public const string ApplyPatch = "application/apply-patch+yaml";

    private const string Json = "application/json";
    private const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io";

    /// <summary>kubectl apply --server-side --force-conflicts.</summary>
    /// <param name="ns">Where the manifest names no namespace; null: its kind has none.</param>
    /// <exception cref="HttpRequestException">The cluster refuses it; the message has its words.</exception>
    public async Task ApplyAsync(JsonObject manifest, string? ns, CancellationToken ct)
    {
        var (code, answer) = await TryApplyAsync(manifest, ns, ct);
        Good(code, answer, $"{manifest.Text("kind")} {manifest.Name()}");
    }

    /// <inheritdoc cref="ApplyAsync"/>
    /// <returns>Status and the object, or why not.</returns>
    public Task<(HttpStatusCode Code, JsonNode Answer)> TryApplyAsync(JsonObject manifest, string? ns, CancellationToken ct)
    {
        var (version, kind) = (manifest.Text("apiVersion") ?? "", manifest.Text("kind") ?? "");
        // As English has it, and as all kinds that are used here are called.
        var plural = kind.ToLowerInvariant() + "s";
        var place = (manifest.Text("metadata", "namespace") ?? ns) is { } home ? $"namespaces/{home}/{plural}" : plural;
        var path = $"{(version.Contains('/', StringComparison.Ordinal) ? "apis" : "api")}/{version}/{place}/{manifest.Name()}";
        return SendAsync(HttpMethod.Patch, $"{path}?fieldManager={fieldManager}&force=true", AsYaml(manifest), ApplyPatch, Json, ct);
    }

    /// <summary>A POST, for what has no name before, and for what is no object of its own, such as tokens.</summary>
    /// <param name="collection">Such as <c>api/v1/namespaces/default/pods</c>.</param>
    /// <exception cref="HttpRequestException">The cluster refuses it; the message has its words.</exception>
    public async Task<JsonObject> CreateAsync(string collection, JsonObject json, CancellationToken ct)
    {
        var (code, answer) = await SendAsync(HttpMethod.Post, collection, json.ToJsonString(), Json, Json, ct);
        return Good(code, answer, collection);
    }

    /// <param name="path">Such as <c>api/v1/namespaces/default/pods/p</c>.</param>
    /// <returns>Null: there is none.</returns>
    public async Task<JsonObject?> FindAsync(string path, CancellationToken ct)
    {
        var (code, answer) = await SendAsync(HttpMethod.Get, path, ct);
        return code == HttpStatusCode.NotFound ? null : Good(code, answer, path);
    }

    public async Task<IReadOnlyList<JsonObject>> ListAsync(string collection, CancellationToken ct)
    {
        var (code, answer) = await SendAsync(HttpMethod.Get, collection, ct);
        return [.. Good(code, answer, collection).Objects("items")];
    }

    /// <summary>kubectl get: the columns that the server gives, as lines.</summary>
    public async Task<IReadOnlyList<string>> TableAsync(string collection, CancellationToken ct)
    {
        var (code, answer) = await SendAsync(HttpMethod.Get, collection, null, Json, Table, ct);
        return KubectlTable.Lines(Good(code, answer, collection));
    }

    public async Task DeleteAsync(string path, CancellationToken ct)
    {
        var (code, answer) = await SendAsync(HttpMethod.Delete, path, """{"propagationPolicy":"Background"}""", Json, Json, ct);
        Good(code, answer, path);
    }

    public async Task<JsonObject> MergeAsync(string path, string patch, CancellationToken ct)
    {
        var (code, answer) = await SendAsync(HttpMethod.Patch, path, patch, "application/merge-patch+json", Json, ct);
        return Good(code, answer, path);
    }

    /// <summary>The states of a collection, one after the other: first as it is, then at every change; for ever. A watch that ends is begun anew.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JsonObject>> StatesAsync(string collection, string selectors, [EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            var (code, answer) = await SendAsync(HttpMethod.Get, $"{collection}?{selectors}", ct);
            var objects = Good(code, answer, collection).Objects("items").ToDictionary(item => item.Name(), item => item, StringComparer.Ordinal);
            yield return [.. objects.Values];
            var version = answer.Text("metadata", "resourceVersion");
            var lines = LinesAsync($"{collection}?{selectors}&watch=true&timeoutSeconds=60&resourceVersion={version}", ct).GetAsyncEnumerator(ct);
            await using var owned = lines;
            while (await NextAsync(lines) is { } line)
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

    /// <summary>Lines of a watch as they come; ends with the watch.</summary>
    /// <exception cref="IOException">It is cut off; also an <see cref="HttpRequestException"/>.</exception>
    public async IAsyncEnumerable<JsonNode> LinesAsync(string path, [EnumeratorCancellation] CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        while (await reader.ReadLineAsync(ct) is { } line)
            yield return JsonNode.Parse(line)!;
    }

    public Task<(HttpStatusCode Code, JsonNode Answer)> SendAsync(HttpMethod method, string path, CancellationToken ct) => SendAsync(method, path, null, Json, Json, ct);

    /// <returns>Status, and the body: an object, or the text itself.</returns>
    public async Task<(HttpStatusCode Code, JsonNode Answer)> SendAsync(HttpMethod method, string path, string? body, string type, string accept, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (body is not null)
        {
            // Without a charset, which some of the types must not have.
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }
        using var response = await http.SendAsync(request, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        return (response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)! : JsonValue.Create(text));
    }

    public void Dispose() => http.Dispose();

    /// <returns>Null: the watch has ended, or was cut off.</returns>
    private static async Task<JsonNode?> NextAsync(IAsyncEnumerator<JsonNode> lines)
    {
        try
        {
            return await lines.MoveNextAsync() ? lines.Current : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return null;
        }
    }

    private static JsonObject Good(HttpStatusCode code, JsonNode answer, string what) =>
        code is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted && answer is JsonObject good
            ? good
            : throw new HttpRequestException($"{what}: {(int)code} {(answer as JsonObject).Text("message") ?? answer.ToJsonString()}", null, code);

    /// <summary>An API server reads it as YAML, which does not know a letter that is written as two halves of a pair.</summary>
    private static string AsYaml(JsonObject manifest) => Pairs().Replace(manifest.ToJsonString(), match => match.Groups[1].Value + Regex.Unescape(match.Groups[2].Value));

    [GeneratedRegex(@"(?<!\\)((?:\\\\)*)((?:\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})+)")]
    private static partial Regex Pairs();
}
