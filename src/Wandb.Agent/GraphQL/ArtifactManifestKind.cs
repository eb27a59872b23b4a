namespace Wandb.Agent.GraphQL;

/// <summary>How a manifest relates to the version before it.</summary>
internal enum ArtifactManifestKind
{
    /// <summary>Names every entry.</summary>
    Full,

    /// <summary>One writer's part of a version that many write (distributed_id).</summary>
    Patch,

    /// <summary>Adds to the base version (incremental_beta1).</summary>
    Incremental,
}
