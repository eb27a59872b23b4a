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
internal sealed partial class AgentJson : JsonSerializerContext;
