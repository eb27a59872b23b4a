namespace Wandb.Agent.Telemetry;

/// <summary>What goes over OTLP.</summary>
internal enum OtlpSignal
{
    Metrics,
    Traces,
}
