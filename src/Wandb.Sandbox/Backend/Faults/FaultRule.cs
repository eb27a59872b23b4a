namespace Wandb.Sandbox.Backend.Faults;

/// <summary>One rule of fault injection. Rules are asked in order; the first that hits decides.</summary>
/// <param name="Kind">"filestream", "graphql", "graphql:UpsertBucket" (any operation), "put" (uploads) or "*".</param>
/// <param name="Action">What happens to the request.</param>
internal sealed record FaultRule(string Kind, FaultAction Action)
{
    /// <summary>Matching requests to leave alone first.</summary>
    public int Skip { get; init; }

    /// <summary>How many requests to hit; null: no end.</summary>
    public int? Count { get; init; } = 1;

    /// <summary>Chance of a hit, 0 to 1, once <see cref="Skip"/> is over.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Whether the rule is about requests of <paramref name="kind"/>, such as "graphql:CommitArtifact".</summary>
    public bool Matches(string kind) =>
        Kind == "*" || Kind == kind || (kind.StartsWith(Kind, StringComparison.Ordinal) && kind.AsSpan(Kind.Length).StartsWith(":"));
}
