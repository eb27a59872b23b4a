using System.Text;
using System.Text.Json;

namespace Wandb.Agent.Tests.Http;

/// <summary>A request as it arrived.</summary>
/// <param name="Target">Path and query, byte for byte.</param>
internal sealed record Received(int Number, string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    internal string Text => Encoding.UTF8.GetString(Body);

    internal JsonElement Json => JsonDocument.Parse(Body).RootElement;

    internal JsonElement Variables => Json.GetProperty("variables");

    internal string Operation => Json.GetProperty("operationName").GetString() ?? "";

    internal string? Header(string name) => Headers.TryGetValue(name, out var value) ? value : null;
}
