namespace Wandb.Agent.State;

/// <summary>Where a forked run left another one.</summary>
/// <param name="Run">Id of the other run.</param>
/// <param name="Metric">Name of the metric that <paramref name="Value"/> is of, usually <c>_step</c>.</param>
internal sealed record BranchOrigin(string Run, double Value, string Metric);
