using System.Text.Json.Serialization;

namespace Wandb.Operator.Resources;

internal sealed record EmptyDirSettings
{
    /// <summary>Kubernetes quantity; null: as much as the node has.</summary>
    [JsonConverter(typeof(QuantityConverter))]
    public string? SizeLimit { get; init; }
}
