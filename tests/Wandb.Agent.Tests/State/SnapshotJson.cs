using System.Text.Json.Serialization;
using Wandb.Agent.State;

namespace Wandb.Agent.Tests.State;

/// <summary>As strict as the checkpoint's own context.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ConfigTreeSnapshot))]
[JsonSerializable(typeof(TelemetrySnapshot))]
[JsonSerializable(typeof(MetricDefinitionsSnapshot))]
[JsonSerializable(typeof(EnvironmentSnapshot))]
[JsonSerializable(typeof(RunIdentitySnapshot))]
[JsonSerializable(typeof(ConsoleScreenSnapshot))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
