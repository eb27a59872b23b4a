using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Faults;

namespace Wandb.Sandbox.Backend.Http;

/// <summary>
/// For people and scripts beside the client, without a key: GET /healthz, GET /_sandbox/state, GET /_sandbox/trace,
/// GET /_sandbox/runs (overviews), GET /_sandbox/runs/NAME (details of every run that the name may mean), GET and
/// POST /_sandbox/faults (see <see cref="FaultRuleJson"/>).
/// </summary>
internal sealed class SandboxEndpoints(LocalBackend backend)
{
    private const string RunsPath = "/_sandbox/runs/";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <returns>Null when the path is none of these.</returns>
    public async Task<BackendAnswer?> AnswerAsync(HttpRequest request, string path, CancellationToken cancellationToken) => (request.Method, path) switch
    {
        ("GET", "/healthz") => BackendAnswer.Text(200, "ok"),
        ("GET", "/_sandbox/state") => BackendAnswer.Text(200, "") with { Body = backend.StateText(), ContentType = "application/json" },
        ("GET", "/_sandbox/trace") => BackendAnswer.Json(200, JsonSerializer.SerializeToNode(backend.Trace, Json)!),
        ("GET", "/_sandbox/runs") => BackendAnswer.Json(200, JsonSerializer.SerializeToNode(backend.Overviews(), Json)!),
        ("GET", _) when path.StartsWith(RunsPath, StringComparison.Ordinal) =>
            BackendAnswer.Json(200, JsonSerializer.SerializeToNode(backend.Details(Uri.UnescapeDataString(path[RunsPath.Length..])), Json)!),
        ("GET", "/_sandbox/faults") => Rules(),
        ("POST", "/_sandbox/faults") => await SetRulesAsync(request, cancellationToken),
        _ when path.StartsWith("/_sandbox/", StringComparison.Ordinal) => BackendAnswer.Error(404, "no such endpoint"),
        _ => null,
    };

    private BackendAnswer Rules() => BackendAnswer.Json(200, new JsonObject
    {
        ["rules"] = new JsonArray([.. backend.Faults.Snapshot().Select(rule => FaultRuleJson.ToJson(rule.Rule, rule.Seen, rule.Hits))]),
    });

    private async Task<BackendAnswer> SetRulesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body);
        try
        {
            backend.Faults.Set(FaultRuleJson.Parse(await reader.ReadToEndAsync(cancellationToken)));
            return Rules();
        }
        catch (FormatException error)
        {
            return BackendAnswer.Error(400, error.Message);
        }
    }
}
