using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend;

namespace Wandb.Sandbox.Tests.Backend;

/// <summary>A client of the backend that sends exactly what a test says.</summary>
internal sealed class BackendClient(LocalBackend backend) : IDisposable
{
    public const string Run = "r1";

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = backend.Url };

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public string Entity { get; init; } = "sandbox";

    /// <summary>Under which name the client knows the backend; default: its address.</summary>
    public string? Host { get; init; }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, bool withKey = true) =>
        SendAsync(method, path, content, withKey ? backend.ApiKey : null);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, string? key)
    {
        var request = new HttpRequestMessage(method, path) { Content = content, Headers = { Host = Host } };
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("api:" + key)));
        }

        return http.SendAsync(request, Token);
    }

    public Task<HttpResponseMessage> StreamAsync(string body, string run = Run) =>
        SendAsync(HttpMethod.Post, $"files/{Entity}/demo/{run}/file_stream", Json(body));

    public Task<HttpResponseMessage> GraphQLRawAsync(string query, JsonObject? variables = null, string? operationName = null) =>
        SendAsync(HttpMethod.Post, "graphql", Json(
            new JsonObject { ["query"] = query, ["variables"] = variables, ["operationName"] = operationName }.ToJsonString()));

    /// <summary>The answer's document; the status is not looked at.</summary>
    public async Task<JsonObject> GraphQLAsync(string query, JsonObject? variables = null) => await ReadAsync(await GraphQLRawAsync(query, variables));

    public Task<JsonObject> CreateRunAsync(string name = Run) => GraphQLAsync(
        "mutation A($n: String) { upsertBucket(input: {name: $n, modelName: \"demo\"}) { bucket { id historyLineCount } inserted } }", new JsonObject { ["n"] = name });

    public async Task<HttpResponseMessage> PutAsync(string url, byte[] content, IEnumerable<string> headers, byte[]? md5 = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(content) };
        foreach (var header in headers.Select(header => header.Split(':', 2)))
        {
            if (!request.Headers.TryAddWithoutValidation(header[0], header[1]))
            {
                request.Content.Headers.TryAddWithoutValidation(header[0], header[1]);
            }
        }

        request.Content.Headers.ContentMD5 = md5;
        return await http.SendAsync(request, Token);
    }

    public static async Task<JsonObject> ReadAsync(HttpResponseMessage response) =>
        (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    public JsonObject State(string run = Run) => backend.State()["runs"]!.AsArray().OfType<JsonObject>().Single(r => r["run"]!.GetValue<string>() == run);

    public void Dispose() => http.Dispose();
}
