using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>
/// Metric definitions: objects by field number, of which "5" is the position of the step metric in the same list, counted from 1. The order
/// is random in the real client, so positions become names and the list is sorted.
/// </summary>
internal static class MetricNormalForm
{
    private const string Name = "1";
    private const string Glob = "2";
    private const string StepMetric = "5";
    private const string Options = "6";
    private const string Summaries = "7";

    public static JsonArray From(JsonArray definitions) =>
        new([.. definitions
            .Select(definition => (JsonNode)Normal(definition!.AsObject(), definitions))
            .OrderBy(CanonicalJson.Of, StringComparer.Ordinal)]);

    private static JsonObject Normal(JsonObject definition, JsonArray all)
    {
        var normal = new JsonObject();
        foreach ((string field, JsonNode? value) in definition)
        {
            if (field is Options or Summaries && value is JsonArray numbers)
            {
                if (numbers.Count > 0)
                {
                    normal[field] = new JsonArray([.. numbers.Select(number => number!.GetValue<int>()).Order().Select(number => (JsonNode)number)]);
                }
            }
            else
            {
                normal[field] = field == StepMetric ? NameAt(value, all) : value?.DeepClone();
            }
        }

        return normal;
    }

    private static JsonNode? NameAt(JsonNode? position, JsonArray all) =>
        position is JsonValue value && value.TryGetValue(out int number) && number > 0 && number <= all.Count && all[number - 1] is JsonObject step
            ? (step.CopyUnlessEmpty(Name) ?? step.CopyOf(Glob))
            : null;
}
