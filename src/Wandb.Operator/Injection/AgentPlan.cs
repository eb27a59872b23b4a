using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>The agent's container.</summary>
internal sealed record AgentPlan
{
    public required string Image { get; init; }

    /// <summary>In their order: those that others refer to come first.</summary>
    public required IReadOnlyList<(string Name, EnvValue Value)> Variables { get; init; }

    /// <summary>Entries of <c>env</c> copied from trainers; they stand before ours.</summary>
    public required IReadOnlyList<JsonObject> CopiedVariables { get; init; }

    public required IReadOnlyList<JsonObject> Mounts { get; init; }

    public required AgentResources Resources { get; init; }

    public required AgentUser User { get; init; }
}
