namespace Wandb.Agent.State;

/// <param name="Names">All named metrics in order.</param>
/// <param name="NamesWithoutExpanded">The same without the records that the SDK made from globs.</param>
/// <param name="Globs">All globs in order.</param>
internal sealed record MetricDefinitionsSnapshot(
    List<NamedMetricDefinition> Names, List<NamedMetricDefinition> NamesWithoutExpanded, List<NamedMetricDefinition> Globs);
