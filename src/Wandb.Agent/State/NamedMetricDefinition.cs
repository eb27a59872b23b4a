namespace Wandb.Agent.State;

/// <param name="Name">Name or glob.</param>
internal sealed record NamedMetricDefinition(string Name, MetricDefinition Definition);
