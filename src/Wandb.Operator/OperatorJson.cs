using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Wandb.Operator.Admission;
using Wandb.Operator.Resources;

namespace Wandb.Operator;

/// <summary>JSON of our kinds and of admission reviews: camelCase members, nulls left out, unknown members ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(WandbRun))]
[JsonSerializable(typeof(WandbProfile))]
[JsonSerializable(typeof(AdmissionReview))]
[JsonSerializable(typeof(RunMode))]
[JsonSerializable(typeof(ResumeMode))]
[JsonSerializable(typeof(AnonymousMode))]
[JsonSerializable(typeof(ReinitMode))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class OperatorJson : JsonSerializerContext;
