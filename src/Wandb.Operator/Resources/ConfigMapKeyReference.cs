using System.Text.Json.Serialization;

namespace Wandb.Operator.Resources;

/// <summary>One key of a ConfigMap in the pod's namespace.</summary>
internal sealed record ConfigMapKeyReference
{
    public const string DefaultKey = "ca.crt";

    public required string Name { get; init; }

    /// <summary>Null: <see cref="DefaultKey"/>.</summary>
    public string? Key { get; init; }

    [JsonIgnore]
    public string KeyOrDefault => Key ?? DefaultKey;
}
