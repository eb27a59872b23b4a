using System.Text.Json.Nodes;

namespace Wandb.Operator.Admission;

/// <summary>One answered review.</summary>
internal sealed record AdmissionOutcome
{
    /// <summary><c>Pod</c> or <c>Job</c>.</summary>
    public required string Kind { get; init; }

    public required string Namespace { get; init; }

    /// <summary>As it was sent: names and owner references for Events.</summary>
    public required JsonObject Object { get; init; }

    public required AdmissionDecision Decision { get; init; }

    /// <summary>Nothing may be written for it.</summary>
    public required bool IsDryRun { get; init; }

    public required TimeSpan Duration { get; init; }
}
