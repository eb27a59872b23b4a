using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>What the operator's own configuration says about injection.</summary>
internal sealed record OperatorDefaults
{
    /// <summary>The chart's values, as the weakest layer of settings.</summary>
    public WandbProfileSpec Settings { get; init; } = new();

    /// <summary>Image of the agent where no layer names one.</summary>
    public required string AgentImage { get; init; }

    /// <summary>Address that takes reports; null: agents do not report.</summary>
    public string? ReportUrl { get; init; }

    /// <summary>PEM of the certificates that the address's own may be signed by; null: the system's.</summary>
    public string? ReportCa { get; init; }
}
