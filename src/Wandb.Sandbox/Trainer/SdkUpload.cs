using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Trainer;

/// <summary>
/// What the SDK itself sends with WANDB_MODE=online, as far as rows go: the run, its history in several bodies, and how it ended. Names as in
/// wandb/wandb, core/pkg at v0.28.2: the mutation upsertBucket, then POST files/ENTITY/PROJECT/RUN/file_stream.
/// </summary>
/// <param name="baseUrl">The server, with a closing slash.</param>
internal sealed class SdkUpload(Uri baseUrl, string apiKey) : IDisposable
{
    private const int RowsPerBody = 100;

    private const string Upsert = """
        mutation UpsertBucket($run: String!, $project: String, $entity: String, $group: String, $name: String) {
          upsertBucket(input: {name: $run, modelName: $project, entityName: $entity, groupName: $group, displayName: $name}) {
            bucket { name project { name entity { name } } }
          }
        }
        """;

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        BaseAddress = baseUrl,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("api:" + apiKey))) },
    };

    private readonly List<string> rows = [];
    private string stream = ""; // set by StartAsync
    private int sent;

    /// <exception cref="HttpRequestException">The server does not take it; so for the other calls.</exception>
    public async Task StartAsync(TrainerRun run, CancellationToken ct)
    {
        var variables = new JsonObject
        {
            ["run"] = run.RunId,
            ["project"] = run.Project,
            ["entity"] = Optional(run.Entity),
            ["group"] = Optional(run.Group),
            ["name"] = Optional(run.DisplayName),
        };
        var answer = await PostAsync("graphql", new JsonObject { ["query"] = Upsert, ["variables"] = variables }, ct);
        var project = answer["data"]?["upsertBucket"]?["bucket"]?["project"] ?? throw new HttpRequestException($"the server did not make the run: {answer.ToJsonString()}");
        stream = $"files/{Uri.EscapeDataString((string)project["entity"]!["name"]!)}/{Uri.EscapeDataString((string)project["name"]!)}/{Uri.EscapeDataString(run.RunId)}/file_stream";
    }

    /// <param name="row">Values of one step; keys are names.</param>
    public async Task AddAsync(IEnumerable<(string Name, string ValueJson)> row, CancellationToken ct)
    {
        rows.Add("{" + string.Join(",", row.Select(item => $"{JsonSerializer.Serialize(item.Name)}:{item.ValueJson}")) + "}");
        if (rows.Count == RowsPerBody)
            await SendAsync([], ct);
    }

    public Task EndAsync(int exitCode, CancellationToken ct) => SendAsync(new JsonObject { ["complete"] = true, ["exitcode"] = exitCode }, ct);

    public void Dispose() => http.Dispose();

    private async Task SendAsync(JsonObject body, CancellationToken ct)
    {
        body["files"] = new JsonObject
        {
            ["wandb-history.jsonl"] = new JsonObject { ["offset"] = sent, ["content"] = new JsonArray([.. rows.Select(row => JsonValue.Create(row))]) },
        };
        await PostAsync(stream, body, ct);
        sent += rows.Count;
        rows.Clear();
    }

    private async Task<JsonNode> PostAsync(string path, JsonObject body, CancellationToken ct)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(path, content, ct);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"{path} was answered with {(int)response.StatusCode}"));
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(ct))!;
    }

    private static JsonValue? Optional(string text) => text.Length == 0 ? null : JsonValue.Create(text);
}
