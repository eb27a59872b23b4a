using System.Globalization;
using System.Text.Json;
using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.State;

/// <summary>What is known of one metric or glob. <see cref="Wandb.Agent.State.MetricDefinitions"/> has the rules for several of them.</summary>
/// <param name="StepMetric">Name of the metric on its x axis; empty when it has none.</param>
/// <param name="Options">Numbers of the options that are on, ascending: 1 step_sync, 2 hidden, 3 defined.</param>
/// <param name="Aggregates">Numbers of the aggregates, ascending: 1 min, 2 max, 3 mean, 5 last, 6 none, 8 first.</param>
/// <param name="Goal">0 unset, 1 minimize, 2 maximize.</param>
internal sealed record MetricDefinition(string StepMetric, int[] Options, int[] Aggregates, int Goal)
{
    private const int None = 6;

    public static readonly MetricDefinition Empty = new("", [], [], 0);

    /// <summary>This definition as a further record changes it: options only turn on, aggregates add up, except that "none" is as the last record says.</summary>
    public MetricDefinition With(MetricRecord record) => new(
        record.StepMetric.Length > 0 ? record.StepMetric : StepMetric,
        Union(Options, NewOptions(record)),
        record.Summary is { } summary ? Union(Aggregates.Where(number => number != None), NewAggregates(summary)) : Aggregates,
        record.Goal is 1 or 2 ? record.Goal : Goal);

    /// <param name="nameField">"1" for a name, "2" for a glob.</param>
    /// <param name="stepPosition">Position of the step metric in the list, from 1; 0 when there is none.</param>
    public void WriteTo(Utf8JsonWriter writer, string nameField, string name, int stepPosition)
    {
        writer.WriteStartObject();
        writer.WriteString(nameField, name);
        if (stepPosition > 0)
        {
            writer.WriteNumber("5", stepPosition);
        }

        WriteNumbers(writer, 6, Options);
        WriteNumbers(writer, 7, Aggregates);
        if (Goal != 0)
        {
            writer.WriteNumber("8", Goal);
        }

        writer.WriteEndObject();
    }

    private static IEnumerable<int> NewOptions(MetricRecord record)
    {
        if (record.Options?.StepSync == true)
        {
            yield return 1;
        }

        if (record.Options?.Hidden == true)
        {
            yield return 2;
        }

        // "Defined" is a matter of the record having a name; its own flag is not looked at (core/internal/runmetric/definedmetric.go).
        if (record.Name.Length > 0)
        {
            yield return 3;
        }
    }

    // best (4) and copy (7) are never passed on.
    private static IEnumerable<int> NewAggregates(MetricSummary summary)
    {
        (bool IsOn, int Number)[] all =
            [(summary.Min, 1), (summary.Max, 2), (summary.Mean, 3), (summary.Last, 5), (summary.None, None), (summary.First, 8)];
        return all.Where(aggregate => aggregate.IsOn).Select(aggregate => aggregate.Number);
    }

    private static int[] Union(IEnumerable<int> old, IEnumerable<int> added) => [.. old.Union(added).Order()];

    private static void WriteNumbers(Utf8JsonWriter writer, int field, int[] numbers)
    {
        writer.WriteStartArray(field.ToString(CultureInfo.InvariantCulture));
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}
