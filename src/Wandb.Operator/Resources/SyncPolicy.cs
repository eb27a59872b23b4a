namespace Wandb.Operator.Resources;

/// <summary>When the agent uploads.</summary>
internal enum SyncPolicy
{
    Live,
    AtExit,
    Manual,
}
