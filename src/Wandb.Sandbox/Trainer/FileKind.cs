namespace Wandb.Sandbox.Trainer;

/// <summary>What a run file is; numbers of the wire.</summary>
internal enum FileKind
{
    Other = 0,
    Wandb = 1,
    Media = 2,
    Artifact = 3,
}
