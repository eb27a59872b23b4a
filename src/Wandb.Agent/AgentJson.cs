using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wandb.Agent.Receipts;

namespace Wandb.Agent;

/// <summary>JSON of the agent's own files.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    UseStringEnumConverter = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(string))]
internal sealed partial class AgentJson : JsonSerializerContext
{
    /// <summary>For files that people read too: base64 and names stand there as they are.</summary>
    public static AgentJson Readable =>
        field ??= new AgentJson(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
