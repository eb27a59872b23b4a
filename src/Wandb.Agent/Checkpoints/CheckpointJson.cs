using System.Text.Json.Serialization;
using Wandb.Agent.Ends;

namespace Wandb.Agent.Checkpoints;

/// <summary>
/// JSON of the checkpoint and of <see cref="KeptEnds"/>. Everything is written, nulls too, and everything must be there when it is read: a checkpoint that lacks something
/// is of another version or torn.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Checkpoint))]
[JsonSerializable(typeof(CheckpointVersion))]
[JsonSerializable(typeof(WriterEnd))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
