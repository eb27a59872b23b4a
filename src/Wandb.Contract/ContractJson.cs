using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wandb.Contract;

/// <summary>
/// JSON of what the two programs tell each other: camelCase members, enums by name (<see cref="EnumNameConverter{TEnum}"/>), nulls left out, unknown members ignored. The generated code
/// hands null or 0 to the init accessor of a member that is missing, whatever its initializer says: hence the accessors that put it right.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentReport))]
[JsonSerializable(typeof(ReportAnswer))]
[JsonSerializable(typeof(RunAdditions))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(JsonElement))]
public sealed partial class ContractJson : JsonSerializerContext;
