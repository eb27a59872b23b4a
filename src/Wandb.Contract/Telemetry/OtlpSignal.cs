namespace Wandb.Contract.Telemetry;

/// <summary>What goes over OTLP. The agent has no logs of its own there.</summary>
public enum OtlpSignal
{
    Metrics,
    Traces,
    Logs,
}
