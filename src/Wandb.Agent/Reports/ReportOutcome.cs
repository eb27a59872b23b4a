using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>What became of one try of one report.</summary>
/// <param name="Answer">Null: it was not taken.</param>
/// <param name="Problem">Then one sentence that tells why, without the token.</param>
internal sealed record ReportOutcome(ReportAnswer? Answer, string Problem)
{
    /// <summary>This replica of the operator has no way to the one that leads; after so long another one may be asked. Null: nothing of that kind.</summary>
    public TimeSpan? Again { get; init; }
}
