namespace Wandb.Agent.Sidecar;

/// <summary>When the sidecar sends.</summary>
internal enum SyncPolicy
{
    /// <summary>While the runs are written.</summary>
    Live,

    /// <summary>When the writers have ended, or the agent is asked to end.</summary>
    AtExit,

    /// <summary>Never: it only looks.</summary>
    Manual,
}
