using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Backend.Http;

/// <summary>An answer before it is sent, so that a fault can still replace it.</summary>
internal sealed record BackendAnswer(int Status, byte[] Body, string ContentType, IReadOnlyDictionary<string, string> Headers)
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = ExtendedJson.MaxDepth };

    /// <summary>Members of the trace entry that only the operation knows, such as the target of an upload.</summary>
    public JsonObject? Detail { get; init; }

    public static BackendAnswer Json(int status, JsonNode body, IReadOnlyDictionary<string, string>? headers = null)
    {
        var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Readable))
        {
            body.WriteTo(writer);
        }

        return new BackendAnswer(status, text.ToArray(), "application/json", headers ?? new Dictionary<string, string>(StringComparer.Ordinal));
    }

    public static BackendAnswer Error(int status, string message, IReadOnlyDictionary<string, string>? headers = null) =>
        Json(status, new JsonObject { ["error"] = message }, headers);

    /// <summary>An answer as the GraphQL endpoint gives it when there is no data.</summary>
    public static BackendAnswer GraphQLError(int status, string message) => Json(
        status, new JsonObject { ["data"] = null, ["errors"] = new JsonArray(new JsonObject { ["message"] = message }) });

    public static BackendAnswer Text(int status, string text, IReadOnlyDictionary<string, string>? headers = null) => new(
        status, System.Text.Encoding.UTF8.GetBytes(text), "text/plain", headers ?? new Dictionary<string, string>(StringComparer.Ordinal));
}
