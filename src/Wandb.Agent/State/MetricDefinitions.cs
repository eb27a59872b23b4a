using System.Text.Json;
using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.State;

/// <summary>
/// All metric definitions of a run: the list under <c>_wandb.m</c>. Whether the server expands globs itself may be learned late or change between two
/// syncs, so both answers are kept: names with and without the records that the SDK made from globs.
/// </summary>
internal sealed class MetricDefinitions
{
    private readonly OrderedDictionary<string, MetricDefinition> names = [];
    private readonly OrderedDictionary<string, MetricDefinition> namesWithoutExpanded = [];
    private readonly OrderedDictionary<string, MetricDefinition> globs = [];

    /// <summary>A record without name and glob only names an x axis: it changes nothing.</summary>
    public void Apply(MetricRecord record)
    {
        if (record.Name.Length > 0)
        {
            Apply(names, record.Name, record);
            if (!record.ExpandedFromGlob)
            {
                Apply(namesWithoutExpanded, record.Name, record);
            }
        }
        else if (record.GlobName.Length > 0)
        {
            Apply(globs, record.GlobName, record);
        }
    }

    /// <summary>
    /// Writes the list, in the order of the records. A step metric that nobody defined gets an empty definition behind those that were defined.
    /// </summary>
    /// <param name="serverExpandsGlobs">The server feature EXPAND_DEFINED_METRIC_GLOBS: globs are listed instead of what the SDK made of them.</param>
    public void WriteTo(Utf8JsonWriter writer, bool serverExpandsGlobs)
    {
        var defined = serverExpandsGlobs ? namesWithoutExpanded : names;
        var listedGlobs = serverExpandsGlobs ? globs : [];
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in defined.Keys)
        {
            positions.Add(name, positions.Count + 1);
        }

        var steps = defined.Values.Concat(listedGlobs.Values).Select(definition => definition.StepMetric).Where(step => step.Length > 0).Distinct(StringComparer.Ordinal);
        var implicitSteps = steps.Where(step => !positions.ContainsKey(step)).ToList();
        foreach (var step in implicitSteps)
        {
            positions.Add(step, positions.Count + 1);
        }

        writer.WriteStartArray();
        foreach (var (name, definition) in defined)
        {
            definition.WriteTo(writer, "1", name, positions.GetValueOrDefault(definition.StepMetric));
        }

        foreach (var step in implicitSteps)
        {
            MetricDefinition.Empty.WriteTo(writer, "1", step, 0);
        }

        foreach (var (glob, definition) in listedGlobs)
        {
            definition.WriteTo(writer, "2", glob, positions.GetValueOrDefault(definition.StepMetric));
        }

        writer.WriteEndArray();
    }

    public MetricDefinitionsSnapshot ToSnapshot() => new(ToList(names), ToList(namesWithoutExpanded), ToList(globs));

    public static MetricDefinitions FromSnapshot(MetricDefinitionsSnapshot snapshot)
    {
        var definitions = new MetricDefinitions();
        Fill(definitions.names, snapshot.Names);
        Fill(definitions.namesWithoutExpanded, snapshot.NamesWithoutExpanded);
        Fill(definitions.globs, snapshot.Globs);
        return definitions;
    }

    private static void Apply(OrderedDictionary<string, MetricDefinition> definitions, string key, MetricRecord record)
    {
        var isWhole = record.Control?.Overwrite == true;
        definitions[key] = (isWhole ? MetricDefinition.Empty : definitions.GetValueOrDefault(key, MetricDefinition.Empty)).With(record);
    }

    private static List<NamedMetricDefinition> ToList(OrderedDictionary<string, MetricDefinition> definitions) =>
        [.. definitions.Select(entry => new NamedMetricDefinition(entry.Key, entry.Value))];

    private static void Fill(OrderedDictionary<string, MetricDefinition> definitions, List<NamedMetricDefinition> list)
    {
        foreach (var entry in list)
        {
            definitions.Add(entry.Name, entry.Definition);
        }
    }
}
