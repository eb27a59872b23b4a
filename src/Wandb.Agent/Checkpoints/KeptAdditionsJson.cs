using System.Text.Json.Serialization;
using Wandb.Agent.State;

namespace Wandb.Agent.Checkpoints;

/// <summary>JSON of <see cref="KeptAdditions"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AddedToRun))]
internal sealed partial class KeptAdditionsJson : JsonSerializerContext;
