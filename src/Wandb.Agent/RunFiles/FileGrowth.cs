namespace Wandb.Agent.RunFiles;

/// <summary>What became of a followed file since it was read.</summary>
internal enum FileGrowth
{
    Unchanged,

    /// <summary>There is more to read.</summary>
    Grown,

    /// <summary>It shrank, was moved, deleted or written over, or another file has taken its place.</summary>
    AnotherFile,
}
