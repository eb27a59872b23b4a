namespace Wandb.Agent.Reporting;

/// <summary>How the sync of one run file ended.</summary>
internal enum SyncResult
{
    /// <summary>Everything that the file holds was acknowledged by the server, and the run is closed there.</summary>
    Synced,

    /// <summary>Everything that the file holds was acknowledged, but it holds no exit record: the run stays open.</summary>
    Unfinished,

    /// <summary>Marked as synced by an earlier sync, or a copy of another file; nothing was sent. See <see cref="RunReport.IsUnproved"/>.</summary>
    Skipped,

    /// <summary>Something is not on the server: refused, missing on this machine, unreachable, or stopped by the user.</summary>
    Incomplete,

    /// <summary>The file cannot be synced: empty, no run file, no run record, not readable.</summary>
    Unusable,

    /// <summary>Only looked at (<c>--dry-run</c>).</summary>
    Listed,
}
