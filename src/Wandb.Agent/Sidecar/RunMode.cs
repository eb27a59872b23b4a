namespace Wandb.Agent.Sidecar;

/// <summary>Who uploads.</summary>
internal enum RunMode
{
    /// <summary>The agent.</summary>
    Offline,

    /// <summary>The SDK; the agent only looks.</summary>
    Online,
}
