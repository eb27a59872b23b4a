namespace Wandb.Operator.Resources;

/// <summary>Conditions of a WandbRun.</summary>
internal static class ConditionTypes
{
    public const string Injected = "Injected";
    public const string BackendReachable = "BackendReachable";
    public const string AgentsHealthy = "AgentsHealthy";
    public const string Synced = "Synced";
    public const string DataIntact = "DataIntact";
    public const string Finished = "Finished";
}
