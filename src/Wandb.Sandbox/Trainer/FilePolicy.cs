namespace Wandb.Sandbox.Trainer;

/// <summary>When a run file is uploaded; numbers of the wire.</summary>
internal enum FilePolicy
{
    Now = 0,
    End = 1,
    Live = 2,
}
