namespace Wandb.Agent.Uploads;

/// <summary>When a file of a run is uploaded. The numbers are those of FilesItem.policy.</summary>
internal enum UploadPolicy
{
    /// <summary>Once, soon.</summary>
    Now = 0,

    /// <summary>Once, when the run ends.</summary>
    End = 1,

    /// <summary>Soon, whenever it changes, and when the run ends.</summary>
    Live = 2,
}
