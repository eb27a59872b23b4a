using System.Text;

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

    /// <summary>Only requests whose body holds this text, as it stands there after decompression; null: all. Uploads and cut requests never match a text.</summary>
    public string? BodyContains { get; init; }

    /// <summary>Whether the rule is about such a request.</summary>
    /// <param name="kind">Such as "graphql:CommitArtifact".</param>
    /// <param name="body">Empty when it is not known.</param>
    public bool Matches(string kind, ReadOnlySpan<byte> body) =>
        MatchesKind(kind) && (BodyContains is null || body.IndexOf(Encoding.UTF8.GetBytes(BodyContains)) >= 0);

    private bool MatchesKind(string kind) =>
        Kind == "*" || Kind == kind || (kind.StartsWith(Kind, StringComparison.Ordinal) && kind.AsSpan(Kind.Length).StartsWith(":"));
}
