using System.Text.Json.Serialization;

namespace Wandb.Operator.Resources;

/// <summary>Requests and limits: resource to Kubernetes quantity.</summary>
internal sealed record ResourceAmounts
{
    [JsonConverter(typeof(QuantitiesConverter))]
    public IReadOnlyDictionary<string, string>? Requests { get; init; }

    [JsonConverter(typeof(QuantitiesConverter))]
    public IReadOnlyDictionary<string, string>? Limits { get; init; }
}
