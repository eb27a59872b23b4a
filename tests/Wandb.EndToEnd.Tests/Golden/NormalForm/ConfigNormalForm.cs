using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>The parts of a run's config: a run's own keys, and what the SDK keeps under `_wandb`.</summary>
/// <param name="User">Keys of the user without the {"value": …} around each.</param>
/// <param name="Wandb">What is under `_wandb` apart from the following.</param>
/// <param name="Metrics">Metric definitions, in a fixed order.</param>
/// <param name="Environment">The object under `_wandb.e`; its key is another one in every sync. Null when there is none.</param>
/// <param name="Info">Versions and telemetry: never compared, they tell of the syncing client.</param>
internal sealed record ConfigNormalForm(JsonNode User, JsonObject Wandb, JsonArray Metrics, JsonNode? Environment, JsonObject Info)
{
    private static readonly string[] HasItsOwnPlace = ["cli_version", "python_version", "t", "m", "e"];

    public static ConfigNormalForm From(JsonNode? config)
    {
        if (config is not (null or JsonObject))
        {
            return new ConfigNormalForm(new JsonObject { ["$invalid"] = config.DeepClone() }, [], [], null, []);
        }

        JsonObject keys = config as JsonObject ?? [];
        JsonObject wandb = (keys["_wandb"] as JsonObject)?["value"] as JsonObject ?? [];
        return new ConfigNormalForm(
            With(keys.Where(key => key.Key != "_wandb").Select(key => KeyValuePair.Create(key.Key, Unwrap(key.Value)))),
            With(wandb.Where(key => !HasItsOwnPlace.Contains(key.Key)).Select(key => KeyValuePair.Create(key.Key, key.Value?.DeepClone()))),
            MetricNormalForm.From(wandb["m"] as JsonArray ?? []),
            (wandb["e"] as JsonObject)?.FirstOrDefault().Value?.DeepClone(),
            With(HasItsOwnPlace[..3].Select(key => KeyValuePair.Create(key, wandb.CopyOf(key)))));
    }

    /// <summary>The V of {"value": V}; anything else is marked.</summary>
    internal static JsonNode? Unwrap(JsonNode? value) =>
        value is JsonObject wrapped && wrapped.ContainsKey("value") && wrapped.All(member => member.Key is "value" or "desc")
            ? wrapped.CopyOf("value")
            : new JsonObject { ["$notwrapped"] = value?.DeepClone() };

    private static JsonObject With(IEnumerable<KeyValuePair<string, JsonNode?>> members) => new(members);
}
