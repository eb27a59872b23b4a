using System.Text.Json.Serialization;

namespace Wandb.Operator.Resources;

/// <summary>One key of a Secret in the pod's namespace.</summary>
internal sealed record SecretKeyReference
{
    public const string DefaultKey = "api-key";

    public required string Name { get; init; }

    /// <summary>Null: <see cref="DefaultKey"/>.</summary>
    public string? Key { get; init; }

    [JsonIgnore]
    public string KeyOrDefault => Key ?? DefaultKey;
}
